(** A certificate, and the function that checks it, for any two carriers of intervals: one for the Hessian on a box, a finer one for the point. *)
From Coq Require Import Reals ZArith List Bool Arith.
From Interval Require Import Interval.Interval.
From Certify Require Import Statement Pair Entries.
Open Scope R_scope.
Import ListNotations.

(** Numbers are p/q, given as (p, q). *)
Record certificate := Certificate {
  rising : Z * Z; falling : Z * Z;                           (* the activation: p and q *)
  students : nat; teachers : nat; dimension : nat;
  point : list (list Z); denominator : Z;                    (* the point C *)
  delta : Z * Z; low : Z * Z; high : Z * Z;                  (* the claims *)
  reach : Z * Z;                                             (* a distance to the minimum, at most delta, that stays in the box *)
  radius : Z * Z; slack : Z * Z;                             (* the box around C; how far further coordinates may move the inner products *)
  factor_denominator : Z;
  factor : list (list (list Z)); shift : Z * Z; error : Z * Z;             (* 2 pi H is L L^T + shift up to error in each entry *)
  pad_factor : list (list (list Z)); pad_shift : Z * Z; pad_error : Z * Z  (* the same for the matrix of the other dimensions *)
}.

Definition fraction (x : Z * Z) : R := ratio (fst x) (snd x).

(** What the activation changes (lemma 24 of proofs/lemmas): a factor of the loss, and a number that is
    added to the angle of each pair. *)
Definition share (c : certificate) : R := (fraction (rising c) + fraction (falling c)) * (fraction (rising c) + fraction (falling c)).
Definition tilt_of (c : certificate) : Tilt := 2 * PI * (- (fraction (rising c) * fraction (falling c)) / share c).

Definition positive (x : Z * Z) : bool := (0 <? fst x)%Z && (0 <? snd x)%Z.

Definition sane (c : certificate) : bool :=
  (0 <? snd (rising c))%Z && (0 <? snd (falling c))%Z && negb (fst (rising c) * snd (falling c) + fst (falling c) * snd (rising c) =? 0)%Z &&
  (teachers c <=? students c)%nat && (teachers c <=? dimension c)%nat && (0 <? denominator c)%Z && (0 <? factor_denominator c)%Z &&
  forallb (fun row => length row <=? dimension c)%nat (point c) &&
  positive (delta c) && positive (reach c) && positive (low c) && positive (high c) && positive (radius c) && positive (slack c) &&
  positive (shift c) && positive (error c) && positive (pad_shift c) && positive (pad_error c).

Module Check (I : IntervalOps).
Module N := Entries I.
Export N.

Section Check.
Variables (prec : I.precision) (c : certificate).

Definition enclose (x : Z * Z) : I.type := quotient prec (fst x) (snd x).
Definition entry (i a : nat) : I.type := quotient prec (nth a (nth i (point c) []) 0%Z) (denominator c).
Definition enclose_share : I.type := I.sqr prec (I.add prec (enclose (rising c)) (enclose (falling c))).
Definition enclose_tilt : I.type := I.mul prec (I.mul prec (int prec 2) (I.pi prec))
  (I.div prec (I.neg (I.mul prec (enclose (rising c)) (enclose (falling c)))) enclose_share).
Definition times (x : I.type) (m : nat) : I.type := I.mul prec x (int prec (Z.of_nat m)).
Definition curvature : I.type := I.sub prec (enclose (shift c)) (times (enclose (error c)) (students c * dimension c)).
Definition pad_curvature : I.type := I.sub prec (enclose (pad_shift c)) (times (enclose (pad_error c)) (students c)).

(** The Hessian, and the matrix of the other dimensions, are positive definite on the box. *)
Definition check_box : bool :=
  let n := students c in let k := teachers c in let d := dimension c in
  let r := symmetric (enclose (radius c)) in
  let t := build prec n k d enclose_tilt (tab n (fun i => tab d (fun a => I.add prec (entry i a) r))) (symmetric (enclose (slack c))) in
  let unit := I.inv prec (int prec (factor_denominator c * factor_denominator c)) in
  apart_ok n k t && pos curvature && pos pad_curvature &&
  form_ok prec n 1 (padding_entry t) (pad_factor c) unit (enclose (pad_shift c)) (enclose (pad_error c)) &&
  let qs := across_students prec n d t in
  let qt := across_teachers prec n k d t in
  form_ok prec n d (hess_entry prec n k d t qs qt) (factor c) unit (enclose (shift c)) (enclose (error c)).

(** The gradient at C is small, and the loss lies between the bounds. *)
Definition check_point : bool :=
  let n := students c in let k := teachers c in let d := dimension c in
  let t := build prec n k d enclose_tilt (tab n (fun i => tab d (entry i))) I.zero in
  let m := curvature in
  let g := square_grad prec n k d t in
  let full := I.add prec (phi prec n k t) (I.mul prec (th t) (int prec (Z.of_nat k))) in
  let value := I.add prec full (I.div prec (int prec (Z.of_nat k * (Z.of_nat k - 1))) (int prec 2)) in
  let two_pi := I.mul prec (int prec 2) (I.pi prec) in
  apart_ok n k t && pos m &&
  pos (I.sub prec (enclose (radius c)) (enclose (reach c))) && (fst (reach c) * snd (delta c) <=? fst (delta c) * snd (reach c))%Z &&
  nonneg (I.sub prec (I.sqr prec (I.mul prec m (enclose (reach c)))) (I.mul prec (int prec 4) g)) &&
  nonneg (I.sub prec (I.mul prec enclose_share (I.sub prec value (I.div prec g (I.mul prec (int prec 2) m)))) (I.mul prec two_pi (enclose (low c)))) &&
  nonneg (I.sub prec (I.mul prec two_pi (enclose (high c))) (I.mul prec enclose_share value)).

End Check.
End Check.
