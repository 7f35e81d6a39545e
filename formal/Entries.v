(** Enclosures of the entries of the gradient, the Hessian and the matrix of the other dimensions, and of the loss. *)
From Coq Require Import Reals ZArith List Lia Lra Bool Arith Psatz.
From Interval Require Import Real.Xreal Interval.Interval.
From Certify Require Import Statement Sums Pair Loss Forms Psd Padding Enclosure.
Open Scope R_scope.
Import ListNotations.

Module Entries (I : IntervalOps).
Module E := Enclosure I.
Export E.

Section Entries.

Context {tau : Tilt}.
Variables (prec : I.precision) (n k d : nat) (t : tables).

Definition bit (j a : nat) : I.type := if (j =? a)%nat then int prec 1 else I.zero.

Lemma c_bit j a : cont (bit j a) (units j a).
Proof. unfold bit, units. destruct (j =? a)%nat; [apply (c_int prec 1)|apply c_zero]. Qed.

(** The parts of students and of teachers across a student. *)
Definition across_students : list (list (list I.type)) := tab n (fun i => tab n (fun i' =>
  let c := if (i =? i')%nat then I.zero else I.div prec (above (tp t) i i') (get (tn t) i) in
  tab d (fun a => I.sub prec (get2 (tw t) i' a) (I.mul prec c (get2 (tw t) i a))))).
Definition across_teachers : list (list (list I.type)) := tab n (fun i => tab k (fun j =>
  let c := I.div prec (get2 (tw t) i j) (get (tn t) i) in
  tab d (fun a => I.sub prec (bit j a) (I.mul prec c (get2 (tw t) i a))))).

Definition hess_entry (qs qt : list (list (list I.type))) (i i' : nat) : nat -> nat -> I.type :=
  if (i =? i')%nat then
    let c := get (tc t) i in
    let r := I.div prec (get (te t) i) (I.mul prec (get (tn t) i) (get (tn t) i)) in
    let bs := tab n (fun i' => if (i =? i')%nat then [] else let s := I.inv prec (above (ts t) i i') in tab d (fun a => I.mul prec s (get3 qs i i' a))) in
    let bt := tab k (fun j => let s := I.inv prec (get2 (tu t) i j) in tab d (fun a => I.mul prec s (get3 qt i j a))) in
    fun a b => I.add prec
      (I.sub prec (if (a =? b)%nat then c else I.zero) (I.mul prec (I.mul prec r (get2 (tw t) i a)) (get2 (tw t) i b)))
      (I.sub prec (isum prec n (fun i' => if (i =? i')%nat then I.zero else I.mul prec (get2 bs i' a) (get3 qs i i' b)))
                  (isum prec k (fun j => I.mul prec (get2 bt j a) (get3 qt i j b))))
  else
    let s := above (ts t) i i' in
    let c := above (ta t) i i' in
    let v := I.inv prec s in
    let u := I.div prec s (I.mul prec (get (tn t) i) (get (tn t) i')) in
    fun a b => I.add prec
      (I.add prec (if (a =? b)%nat then c else I.zero) (I.mul prec (I.mul prec v (get3 qs i i' a)) (get3 qs i' i b)))
      (I.mul prec (I.mul prec u (get2 (tw t) i a)) (get2 (tw t) i' b)).

Definition padding_entry (i i' : nat) : nat -> nat -> I.type := fun _ _ => if (i =? i')%nat then get (tc t) i else above (ta t) i i'.

Definition grad_entry (i a : nat) : I.type := I.add prec (I.mul prec (get (tc t) i) (get2 (tw t) i a))
  (I.sub prec (isum prec n (fun i' => if (i =? i')%nat then I.zero else I.mul prec (above (ta t) i i') (get2 (tw t) i' a)))
              (if (a <? k)%nat then get2 (tv t) i a else I.zero)).

Definition square_grad : I.type := isum prec n (fun i => isum prec d (fun a => I.sqr prec (grad_entry i a))).

Definition phi : I.type := isum prec n (fun i => I.sub prec
  (I.add prec (I.mul prec (th t) (get (tn t) i)) (isum prec i (fun i' => I.add prec (get2 (ts t) i i') (I.mul prec (get2 (ta t) i i') (get2 (tp t) i i')))))
  (isum prec k (fun j => I.add prec (get2 (tu t) i j) (I.mul prec (get2 (tv t) i j) (get2 (tw t) i j))))).

Section Sound.

Variables (W : matrix) (N : nat -> R) (P : nat -> nat -> R).
Hypothesis (C : encloses n k d t W N P) (kd : (k <= d)%nat).

Let c_s i i' : (i < n)%nat -> (i' < n)%nat -> i <> i' -> cont (above (ts t) i i') (Sf (N i) (N i') (P i i')).
Proof.
  intros. apply (c_above n _ (fun i i' => Sf (N i) (N i') (P i i'))); try easy; [now apply (e_s _ _ _ _ _ _ _ C)|].
  intros x y. now rewrite S_swap, (e_sym _ _ _ _ _ _ _ C).
Qed.

Let c_a i i' : (i < n)%nat -> (i' < n)%nat -> i <> i' -> cont (above (ta t) i i') (Af (N i) (N i') (P i i')).
Proof.
  intros. apply (c_above n _ (fun i i' => Af (N i) (N i') (P i i'))); try easy; [now apply (e_a _ _ _ _ _ _ _ C)|].
  intros x y. now rewrite A_swap, (e_sym _ _ _ _ _ _ _ C).
Qed.

Let c_p i i' : (i < n)%nat -> (i' < n)%nat -> i <> i' -> cont (above (tp t) i i') (P i i').
Proof. intros. apply (c_above n _ P); try easy; [now apply (e_p _ _ _ _ _ _ _ C)|apply (e_sym _ _ _ _ _ _ _ C)]. Qed.

Lemma c_padding i i' a b : (i < n)%nat -> (i' <= i)%nat -> cont (padding_entry i i' a b) (padding n k one_each W N P i i').
Proof.
  intros Li L. unfold padding_entry, padding. destruct (Nat.eqb_spec i i') as [E|E]; [now apply (e_c _ _ _ _ _ _ _ C)|]. apply c_a; lia.
Qed.

Let N_pos i : (i < n)%nat -> 0 < N i.
Proof. intros L. now destruct (e_good _ _ _ _ _ _ _ C i L). Qed.

Let S_pos' i i' : (i < n)%nat -> (i' < n)%nat -> i <> i' -> 0 < Sf (N i) (N i') (P i i').
Proof.
  intros Li Li' E. apply sqrt_lt_R0. destruct (le_lt_dec i i') as [L|L].
  - destruct (e_good _ _ _ _ _ _ _ C i' Li') as (_ & H & _). rewrite (e_sym _ _ _ _ _ _ _ C). specialize (H i ltac:(lia)). lra.
  - destruct (e_good _ _ _ _ _ _ _ C i Li) as (_ & H & _). specialize (H i' L). lra.
Qed.

Let U_pos i j : (i < n)%nat -> (j < k)%nat -> 0 < Sf (N i) 1 (W i j).
Proof. intros Li L. apply sqrt_lt_R0. destruct (e_good _ _ _ _ _ _ _ C i Li) as (_ & _ & H). specialize (H j L). unfold one_each in H. lra. Qed.

(** From here on N and P are those of W itself. *)
Hypothesis (EN : forall i, N i = dot d (W i) (W i)) (EP : forall i i', P i i' = dot d (W i) (W i')).

Lemma dot_unit_unit j : (j < k)%nat -> dot d (units j) (units j) = 1.
Proof. intros L. rewrite dot_units by lia. unfold units. now rewrite Nat.eqb_refl. Qed.

Lemma S_student i i' : Sf (N i) (N i') (P i i') = Sv d (W i) (W i').
Proof. unfold Sv. now rewrite !EN, EP. Qed.

Lemma A_student i i' : Af (N i) (N i') (P i i') = Av d (W i) (W i').
Proof. unfold Av. now rewrite !EN, EP. Qed.

Lemma S_teacher i j : (j < k)%nat -> Sf (N i) 1 (W i j) = Sv d (W i) (units j).
Proof. intros L. unfold Sv. rewrite EN, dot_unit_unit by easy. rewrite dot_units by lia. easy. Qed.

Lemma A_teacher i j : (j < k)%nat -> Af (N i) 1 (W i j) = Av d (W i) (units j).
Proof. intros L. unfold Av. rewrite EN, dot_unit_unit by easy. rewrite dot_units by lia. easy. Qed.

Lemma excess_eq i : excess_gram n k one_each W N P i = excess n k d units W i.
Proof.
  unfold excess_gram, excess. f_equal.
  - apply sum_ext. intros i' _. unfold Ss. destruct (i =? i')%nat; [easy|apply S_student].
  - apply sum_ext. intros j L. now apply S_teacher.
Qed.

Lemma encloses_good : good n k d units W.
Proof.
  intros i Li. destruct (e_good _ _ _ _ _ _ _ C i Li) as (H1 & H2 & H3). pose proof (N_pos i Li) as Q. rewrite EN in Q. split; [easy|]. split.
  - intros i' L. specialize (H2 i' L). rewrite !EN, EP in H2. pose proof (N_pos i' ltac:(lia)) as Q'. rewrite EN in Q'. now repeat split.
  - intros j L. specialize (H3 j L). rewrite EN in H3. unfold one_each in H3. unfold apart. rewrite (dot_unit_unit j L), (dot_units d (W i) j) by lia.
    repeat split; [easy|lra|easy].
Qed.

Lemma c_across_students i i' a : (i < n)%nat -> (i' < n)%nat -> i <> i' -> (a < d)%nat -> cont (get3 across_students i i' a) (across d (W i) (W i') a).
Proof.
  intros Li Li' E La. unfold across_students, get3, get2. rewrite nth_tab by easy. rewrite nth_tab by easy. cbv zeta. rewrite get_tab by easy.
  apply c_sub; [now apply (e_w _ _ _ _ _ _ _ C)|]. apply c_mul; [|now apply (e_w _ _ _ _ _ _ _ C)].
  destruct (Nat.eqb_spec i i'); [easy|]. rewrite <- EN, <- EP. apply c_div; [|now apply c_p|now apply (e_n _ _ _ _ _ _ _ C)].
  specialize (N_pos i Li). lra.
Qed.

Lemma c_across_teachers i j a : (i < n)%nat -> (j < k)%nat -> (a < d)%nat -> cont (get3 across_teachers i j a) (across d (W i) (units j) a).
Proof.
  intros Li L La. unfold across_teachers, get3, get2. rewrite nth_tab by easy. rewrite nth_tab by easy. cbv zeta. rewrite get_tab by easy.
  apply c_sub; [apply c_bit|]. apply c_mul; [|now apply (e_w _ _ _ _ _ _ _ C)].
  rewrite <- EN, dot_units by lia. apply c_div; [|apply (e_w _ _ _ _ _ _ _ C); lia|now apply (e_n _ _ _ _ _ _ _ C)].
  specialize (N_pos i Li). lra.
Qed.

(** Entry by entry as [hess] is written, for i = i' and for i' < i; each operation encloses its own. *)
Lemma c_hess i i' a b : (i < n)%nat -> (i' <= i)%nat -> (a < d)%nat -> (b < d)%nat ->
  cont (hess_entry across_students across_teachers i i' a b) (hess n k d units W i i' a b).
Proof.
  intros Li L La Lb. assert (Li' : (i' < n)%nat) by lia. unfold hess_entry, hess. destruct (Nat.eqb_spec i i') as [<-|E]; cbv zeta.
  - pose proof (N_pos i Li) as PN. rewrite <- EN, <- excess_eq. apply c_add; apply c_sub.
    + destruct (a =? b)%nat; [now apply (e_c _ _ _ _ _ _ _ C)|apply c_zero].
    + apply c_mul; [apply c_mul|]; try now apply (e_w _ _ _ _ _ _ _ C).
      apply c_div; [nra|now apply (e_e _ _ _ _ _ _ _ C)|apply c_mul; now apply (e_n _ _ _ _ _ _ _ C)].
    + apply c_isum. intros i' L'. destruct (Nat.eqb_spec i i') as [E|E]; [apply c_zero|]. unfold bend. apply c_mul; [|now apply c_across_students].
      unfold get2. rewrite nth_tab by easy. destruct (Nat.eqb_spec i i'); [easy|]. rewrite get_tab by easy.
      apply c_mul; [|now apply c_across_students]. rewrite <- S_student. apply c_inv; [|now apply c_s]. specialize (S_pos' i i' Li L' E). lra.
    + apply c_isum. intros j L'. unfold bend. apply c_mul; [|now apply c_across_teachers].
      unfold get2. rewrite nth_tab by easy. rewrite get_tab by easy.
      apply c_mul; [|now apply c_across_teachers]. rewrite <- S_teacher by easy. apply c_inv; [|now apply (e_u _ _ _ _ _ _ _ C)]. specialize (U_pos i j Li L'). lra.
  - unfold Y. pose proof (N_pos i Li). pose proof (N_pos i' Li'). pose proof (S_pos' i i' Li Li' E).
    rewrite <- S_student, <- A_student, <- !EN. apply c_add; [apply c_add|].
    + destruct (a =? b)%nat; [now apply c_a|apply c_zero].
    + apply c_mul; [apply c_mul|]; [|now apply c_across_students|apply c_across_students; auto].
      apply c_inv; [lra|now apply c_s].
    + apply c_mul; [apply c_mul|]; try now apply (e_w _ _ _ _ _ _ _ C).
      apply c_div; [nra|now apply c_s|apply c_mul; now apply (e_n _ _ _ _ _ _ _ C)].
Qed.

Lemma c_grad i a : (i < n)%nat -> (a < d)%nat -> cont (grad_entry i a) (grad n k d units W i a).
Proof.
  intros Li La. unfold grad_entry, grad. rewrite <- EN, <- excess_eq.
  apply c_add; [apply c_mul; [now apply (e_c _ _ _ _ _ _ _ C)|now apply (e_w _ _ _ _ _ _ _ C)]|]. apply c_sub.
  - apply c_isum. intros i' L'. unfold As. destruct (Nat.eqb_spec i i') as [E|E]; [rewrite Rmult_0_l; apply c_zero|].
    apply c_mul; [|now apply (e_w _ _ _ _ _ _ _ C)]. rewrite <- A_student. now apply c_a.
  - destruct (Nat.ltb_spec a k) as [L|L].
    + replace (sum k (fun j => Av d (W i) (units j) * units j a)) with (Av d (W i) (units a)); [rewrite <- A_teacher by easy; now apply (e_v _ _ _ _ _ _ _ C)|].
      rewrite <- (sum_delta k a (fun j => Av d (W i) (units j)) L) at 1. apply sum_ext. intros j _. unfold units at 3. rewrite (Nat.eqb_sym j a). destruct (a =? j)%nat; ring.
    + rewrite sum_zero; [apply c_zero|]. intros j L'. unfold units at 2. destruct (Nat.eqb_spec j a); [lia|ring].
Qed.

Lemma c_square_grad : cont square_grad (sq n d (grad n k d units W)).
Proof. apply c_isum. intros i Li. apply c_isum. intros a La. apply c_sqr. now apply c_grad. Qed.

Lemma c_phi : cont phi (Phi n k d units W).
Proof.
  apply c_isum. intros i Li. apply c_sub; [apply c_add|].
  - apply c_mul; [apply (e_h _ _ _ _ _ _ _ C)|]. rewrite <- EN. now apply (e_n _ _ _ _ _ _ _ C).
  - apply c_isum. intros i' L. unfold hv, hf. rewrite <- !EN, <- EP. apply c_add; [now apply (e_s _ _ _ _ _ _ _ C)|].
    apply c_mul; [now apply (e_a _ _ _ _ _ _ _ C)|now apply (e_p _ _ _ _ _ _ _ C)].
  - apply c_isum. intros j L. unfold hv, hf. rewrite <- EN, dot_unit_unit, dot_units by (easy || lia). apply c_add; [now apply (e_u _ _ _ _ _ _ _ C)|].
    apply c_mul; [now apply (e_v _ _ _ _ _ _ _ C)|apply (e_w _ _ _ _ _ _ _ C); lia].
Qed.

End Sound.
End Entries.
End Entries.
