(** Interval enclosures of gradient, Hessian and loss, for any carrier of coq-interval's. *)
From Coq Require Import Reals ZArith List Lia Lra Bool Arith Psatz.
From Interval Require Import Real.Xreal Interval.Interval.
From Certify Require Import Statement Sums Pair Loss Forms Psd Padding.
Open Scope R_scope.
Import ListNotations.

Module Enclosure (I : IntervalOps).

Definition cont (x : I.type) (r : R) : Prop := contains (I.convert x) (Xreal r).
Definition pos (x : I.type) : bool := match I.sign_strict x with Xgt => true | _ => false end.
Definition nonneg (x : I.type) : bool := match I.sign_large x with Xgt | Xeq => true | _ => false end.

Lemma pos_sound x r : pos x = true -> cont x r -> 0 < r.
Proof.
  unfold pos. pose proof (I.sign_strict_correct x) as H. destruct (I.sign_strict x); try easy.
  intros _ C. now destruct (H _ C).
Qed.

Lemma nonneg_sound x r : nonneg x = true -> cont x r -> 0 <= r.
Proof.
  unfold nonneg. pose proof (I.sign_large_correct x) as H. destruct (I.sign_large x); try easy; intros _ C.
  - specialize (H _ C). injection H as ->. lra.
  - now destruct (H _ C).
Qed.

Section Precision.
Variable prec : I.precision.

Definition int (z : Z) : I.type := I.fromZ prec z.

Lemma c_int z : cont (int z) (IZR z).
Proof. apply I.fromZ_correct. Qed.

Lemma c_zero : cont I.zero 0.
Proof. unfold cont. rewrite I.zero_correct. simpl. lra. Qed.

Lemma c_add x y r s : cont x r -> cont y s -> cont (I.add prec x y) (r + s).
Proof. exact (I.add_correct prec x y (Xreal r) (Xreal s)). Qed.

Lemma c_sub x y r s : cont x r -> cont y s -> cont (I.sub prec x y) (r - s).
Proof. exact (I.sub_correct prec x y (Xreal r) (Xreal s)). Qed.

Lemma c_mul x y r s : cont x r -> cont y s -> cont (I.mul prec x y) (r * s).
Proof. exact (I.mul_correct prec x y (Xreal r) (Xreal s)). Qed.

Lemma c_sqr x r : cont x r -> cont (I.sqr prec x) (r * r).
Proof. exact (I.sqr_correct prec x (Xreal r)). Qed.

Lemma c_sqrt x r : cont x r -> cont (I.sqrt prec x) (sqrt r).
Proof. exact (I.sqrt_correct prec x (Xreal r)). Qed.

Lemma c_atan x r : cont x r -> cont (I.atan prec x) (atan r).
Proof. exact (I.atan_correct prec x (Xreal r)). Qed.

Lemma c_pi : cont (I.pi prec) PI.
Proof. apply I.pi_correct. Qed.

Lemma c_div x y r s : s <> 0 -> cont x r -> cont y s -> cont (I.div prec x y) (r / s).
Proof.
  intros N Cx Cy. pose proof (I.div_correct prec x y _ _ Cx Cy) as H. simpl in H. unfold Xdiv' in H.
  destruct (is_zero_spec s) as [E|E]; [easy|exact H].
Qed.

Lemma c_inv x r : r <> 0 -> cont x r -> cont (I.inv prec x) (/ r).
Proof.
  intros N C. pose proof (I.inv_correct prec x _ C) as H. simpl in H. unfold Xinv' in H.
  destruct (is_zero_spec r) as [E|E]; [easy|exact H].
Qed.

(** All reals of absolute value at most that of x. *)
Definition symmetric (x : I.type) : I.type := I.meet (I.upper_extent (I.neg x)) (I.lower_extent x).

Lemma c_symmetric x r s : cont x r -> Rabs s <= r -> cont (symmetric x) s.
Proof.
  intros C B. apply Rabs_le_inv in B. apply I.meet_correct.
  - apply I.upper_extent_correct with (- r); [|lra]. exact (I.neg_correct x (Xreal r) C).
  - apply I.lower_extent_correct with r; [exact C|lra].
Qed.

Definition quotient (p q : Z) : I.type := I.div prec (int p) (int q).

Lemma c_quotient p q : (0 < q)%Z -> cont (quotient p q) (ratio p q).
Proof. intros P. apply c_div; try apply c_int. apply IZR_lt in P. lra. Qed.

(** Sums and tables. *)
Fixpoint isum (n : nat) (g : nat -> I.type) : I.type :=
  match n with O => I.zero | S O => g O | S m => I.add prec (isum m g) (g m) end.

Lemma c_isum n g f : (forall i, (i < n)%nat -> cont (g i) (f i)) -> cont (isum n g) (sum n f).
Proof.
  induction n as [|[|n] IH]; intros H.
  - apply c_zero.
  - simpl. rewrite Rplus_0_l. apply H. lia.
  - change (isum (S (S n)) g) with (I.add prec (isum (S n) g) (g (S n))). change (sum (S (S n)) f) with (sum (S n) f + f (S n)).
    apply c_add; [apply IH; intros; apply H; lia|apply H; lia].
Qed.

Definition get (l : list I.type) (i : nat) : I.type := nth i l I.nai.
Definition get2 (l : list (list I.type)) (i j : nat) : I.type := get (nth i l []) j.
Definition get3 (l : list (list (list I.type))) (i j a : nat) : I.type := get2 (nth i l []) j a.
Definition tab {A} (n : nat) (g : nat -> A) : list A := map g (seq 0 n).

Lemma nth_tab A n (g : nat -> A) i d : (i < n)%nat -> nth i (tab n g) d = g i.
Proof. intros L. unfold tab. rewrite nth_indep with (d' := g 0%nat) by now rewrite map_length, seq_length. rewrite map_nth, seq_nth by easy. easy. Qed.

Lemma get_tab n g i : (i < n)%nat -> get (tab n g) i = g i.
Proof. apply nth_tab. Qed.

Lemma get2_tab n m g i j : (i < n)%nat -> (j < m i)%nat -> get2 (tab n (fun i => tab (m i) (g i))) i j = g i j.
Proof. intros Li Lj. unfold get2. rewrite nth_tab by easy. now apply get_tab. Qed.

Lemma get3_tab n m l g i j a : (i < n)%nat -> (j < m i)%nat -> (a < l)%nat -> get3 (tab n (fun i => tab (m i) (fun j => tab l (g i j)))) i j a = g i j a.
Proof. intros Li Lj La. unfold get3. rewrite nth_tab by easy. now apply (get2_tab (m i) (fun _ => l)). Qed.

Definition all (n : nat) (p : nat -> bool) : bool := forallb p (seq 0 n).

Lemma all_sound n p i : all n p = true -> (i < n)%nat -> p i = true.
Proof. unfold all. rewrite forallb_forall. intros H L. apply H. apply in_seq. lia. Qed.

(** What the loss, its gradient and its Hessian are made of. *)
Record tables := Tables {
  tw : list (list I.type);                                (* entries of W *)
  tn : list I.type; tp : list (list I.type);              (* squared norms; inner products of students, i' < i *)
  ts : list (list I.type); ta : list (list I.type);       (* S and A of students, i' < i *)
  tu : list (list I.type); tv : list (list I.type);       (* S and A of students and teachers *)
  te : list I.type; tc : list I.type;                     (* sums of S; pi + tilt + these / N *)
  th : I.type }.                                          (* (pi + tilt) / 2 *)

Section Tables.

Context {tau : Tilt}.
Variables (n k d : nat) (turn : I.type).
Hypothesis (c_turn : cont turn tilt).

Definition above (l : list (list I.type)) (i i' : nat) : I.type := if (i' <? i)%nat then get2 l i i' else get2 l i' i.

Definition half_pi : I.type := I.div prec (I.pi prec) (int 2).

Definition build (w : list (list I.type)) (slack : I.type) : tables :=
  let hp := I.add prec half_pi turn in
  let N := tab n (fun i => I.add prec (isum d (fun a => I.sqr prec (get2 w i a))) slack) in
  let P := tab n (fun i => tab i (fun i' => I.add prec (isum d (fun a => I.mul prec (get2 w i a) (get2 w i' a))) slack)) in
  let S := tab n (fun i => tab i (fun i' => I.sqrt prec (I.sub prec (I.mul prec (get N i) (get N i')) (I.sqr prec (get2 P i i'))))) in
  let A := tab n (fun i => tab i (fun i' => I.add prec hp (I.atan prec (I.div prec (get2 P i i') (get2 S i i'))))) in
  let U := tab n (fun i => tab k (fun j => I.sqrt prec (I.sub prec (get N i) (I.sqr prec (get2 w i j))))) in
  let V := tab n (fun i => tab k (fun j => I.add prec hp (I.atan prec (I.div prec (get2 w i j) (get2 U i j))))) in
  let E := tab n (fun i => I.sub prec (isum n (fun i' => if (i =? i')%nat then I.zero else above S i i')) (isum k (fun j => get2 U i j))) in
  let C := tab n (fun i => I.add prec (I.add prec (I.pi prec) turn) (I.div prec (get E i) (get N i))) in
  Tables w N P S A U V E C (I.div prec (I.add prec (I.pi prec) turn) (int 2)).

(** No student is zero, no two neurons are parallel. *)
Definition apart_ok (t : tables) : bool :=
  all n (fun i => pos (get (tn t) i) && all i (fun i' => pos (get2 (ts t) i i')) && all k (fun j => pos (get2 (tu t) i j))).

Definition one_each : nat -> R := fun _ => 1.

Record encloses (t : tables) (W : matrix) (N : nat -> R) (P : nat -> nat -> R) : Prop := Encloses {
  e_w : forall i a, (i < n)%nat -> (a < d)%nat -> cont (get2 (tw t) i a) (W i a);
  e_n : forall i, (i < n)%nat -> cont (get (tn t) i) (N i);
  e_p : forall i i', (i < n)%nat -> (i' < i)%nat -> cont (get2 (tp t) i i') (P i i');
  e_s : forall i i', (i < n)%nat -> (i' < i)%nat -> cont (get2 (ts t) i i') (Sf (N i) (N i') (P i i'));
  e_a : forall i i', (i < n)%nat -> (i' < i)%nat -> cont (get2 (ta t) i i') (Af (N i) (N i') (P i i'));
  e_u : forall i j, (i < n)%nat -> (j < k)%nat -> cont (get2 (tu t) i j) (Sf (N i) 1 (W i j));
  e_v : forall i j, (i < n)%nat -> (j < k)%nat -> cont (get2 (tv t) i j) (Af (N i) 1 (W i j));
  e_e : forall i, (i < n)%nat -> cont (get (te t) i) (excess_gram n k one_each W N P i);
  e_c : forall i, (i < n)%nat -> cont (get (tc t) i) (PI + tilt + excess_gram n k one_each W N P i / N i);
  e_h : cont (th t) ((PI + tilt) / 2);
  e_sym : forall i i', P i i' = P i' i;
  e_good : gram_good n k one_each W N P }.

Lemma sqrt_pos_inv x : 0 < sqrt x -> 0 < x.
Proof. intros P. destruct (Rle_lt_dec x 0) as [L|L]; [|easy]. rewrite sqrt_neg_0 in P by easy. lra. Qed.

Lemma c_above l g i i' : (forall i i', (i < n)%nat -> (i' < i)%nat -> cont (get2 l i i') (g i i')) -> (forall i i', g i i' = g i' i) ->
  (i < n)%nat -> (i' < n)%nat -> i <> i' -> cont (above l i i') (g i i').
Proof.
  intros H Sym Li Li' N. unfold above. destruct (Nat.ltb_spec i' i); [now apply H|]. rewrite Sym. apply H; lia.
Qed.

Lemma c_half_pi : cont half_pi (PI / 2).
Proof. apply c_div; [lra|apply c_pi|apply (c_int 2)]. Qed.

Lemma c_full : cont (I.add prec (I.pi prec) turn) (PI + tilt).
Proof. apply c_add; [apply c_pi|apply c_turn]. Qed.

(** Each table holds the enclosures of one quantity: norms first, then scalar products, S and A, each
    computed from those before it. [apart_ok] says that no denominator is 0. *)
Lemma build_sound w slack W N P : (k <= d)%nat ->
  (forall i a, (i < n)%nat -> (a < d)%nat -> cont (get2 w i a) (W i a)) ->
  (forall i, (i < n)%nat -> cont slack (N i - dot d (W i) (W i))) ->
  (forall i i', (i < n)%nat -> (i' < i)%nat -> cont slack (P i i' - dot d (W i) (W i'))) ->
  (forall i i', P i i' = P i' i) ->
  apart_ok (build w slack) = true -> encloses (build w slack) W N P.
Proof.
  intros Lk Hw HN HP Sym Ok. unfold apart_ok in Ok. 
  assert (EN : forall i, (i < n)%nat -> cont (get (tn (build w slack)) i) (N i)).
  { intros i Li. simpl. rewrite get_tab by easy. replace (N i) with (dot d (W i) (W i) + (N i - dot d (W i) (W i))) by ring.
    apply c_add; [|now apply HN]. apply c_isum. intros a La. apply c_sqr. now apply Hw. }
  assert (EP : forall i i', (i < n)%nat -> (i' < i)%nat -> cont (get2 (tp (build w slack)) i i') (P i i')).
  { intros i i' Li L. simpl. rewrite (get2_tab n (fun i => i)) by easy. replace (P i i') with (dot d (W i) (W i') + (P i i' - dot d (W i) (W i'))) by ring.
    apply c_add; [|now apply HP]. apply c_isum. intros a La. apply c_mul; apply Hw; lia. }
  assert (ES : forall i i', (i < n)%nat -> (i' < i)%nat -> cont (get2 (ts (build w slack)) i i') (Sf (N i) (N i') (P i i'))).
  { intros i i' Li L. simpl. rewrite (get2_tab n (fun i => i)) by easy. apply c_sqrt. apply c_sub.
    - apply c_mul; apply EN; lia.
    - apply c_sqr. now apply EP. }
  assert (EU : forall i j, (i < n)%nat -> (j < k)%nat -> cont (get2 (tu (build w slack)) i j) (Sf (N i) 1 (W i j))).
  { intros i j Li L. simpl. rewrite (get2_tab n (fun i => k)) by easy. unfold Sf. rewrite Rmult_1_r. apply c_sqrt. apply c_sub; [now apply EN|].
    apply c_sqr. apply Hw; lia. }
  assert (G : forall i, (i < n)%nat -> 0 < N i /\ (forall i', (i' < i)%nat -> 0 < Sf (N i) (N i') (P i i')) /\ (forall j, (j < k)%nat -> 0 < Sf (N i) 1 (W i j))).
  { intros i Li. pose proof (all_sound _ _ i Ok Li) as O. simpl in O. apply andb_true_iff in O. destruct O as [O O3]. apply andb_true_iff in O. destruct O as [O1 O2].
    split; [apply (pos_sound _ _ O1); now apply EN|]. split.
    - intros i' L. apply (pos_sound _ _ (all_sound _ _ i' O2 L)). now apply ES.
    - intros j L. apply (pos_sound _ _ (all_sound _ _ j O3 L)). now apply EU. }
  assert (EE : forall i, (i < n)%nat -> cont (get (te (build w slack)) i) (excess_gram n k one_each W N P i)).
  { intros i Li. simpl. rewrite get_tab by easy. apply c_sub; apply c_isum.
    - intros i' Li'. destruct (Nat.eqb_spec i i') as [E|E]; [apply c_zero|].
      apply (c_above _ (fun i i' => Sf (N i) (N i') (P i i'))); try easy. intros x y. now rewrite S_swap, Sym.
    - intros j L. now apply EU. }
  split; try easy.
  - intros i i' Li L. simpl. rewrite (get2_tab n (fun i => i)) by easy. apply c_add; [apply c_add; [apply c_half_pi|apply c_turn]|]. apply c_atan. apply c_div; [|now apply EP|now apply ES].
    destruct (G i Li) as (_ & H & _). specialize (H i' L). lra.
  - intros i j Li L. simpl. rewrite (get2_tab n (fun i => k)) by easy. apply c_add; [apply c_add; [apply c_half_pi|apply c_turn]|]. apply c_atan. apply c_div; [|apply Hw; lia|now apply EU].
    destruct (G i Li) as (_ & _ & H). specialize (H j L). lra.
  - intros i Li. simpl. rewrite get_tab by easy. apply c_add; [apply c_full|]. apply c_div; [|now apply EE|now apply EN]. destruct (G i Li) as (H & _). lra.
  - simpl. apply c_div; [lra|apply c_full|apply (c_int 2)].
  - intros i Li. destruct (G i Li) as (H1 & H2 & H3). split; [easy|]. split.
    + intros i' L. specialize (H2 i' L). apply sqrt_pos_inv in H2. lra.
    + intros j L. specialize (H3 j L). apply sqrt_pos_inv in H3. unfold one_each. lra.
Qed.

(** Positive forms: near L L^T + m. *)
Fixpoint dotZ (u v : list Z) : Z := match u, v with x :: u, y :: v => (x * y + dotZ u v)%Z | _, _ => 0%Z end.

Lemma dotZ_sum u v K : (length u <= K)%nat -> IZR (dotZ u v) = sum K (fun c => IZR (nth c u 0%Z) * IZR (nth c v 0%Z)).
Proof.
  assert (sum_head : forall K f, sum (S K) f = f 0%nat + sum K (fun c => f (S c))).
  { clear. intros K f. induction K; simpl; [ring|]. simpl in IHK. rewrite IHK. ring. }
  revert v K. induction u as [|x u IH]; intros v K L.
  - simpl. symmetry. apply sum_zero. intros c _. destruct c; simpl; ring.
  - destruct K as [|K]; [simpl in L; lia|]. destruct v as [|y v].
    + simpl dotZ. symmetry. apply sum_zero. intros c _. destruct c; simpl nth; ring.
    + rewrite sum_head. simpl nth. simpl dotZ. rewrite plus_IZR, mult_IZR. rewrite (IH v K) by (simpl in L; lia). easy.
Qed.

Definition row (L : list (list (list Z))) (i a : nat) : list Z := nth a (nth i L []) [].

(** entry i i' a b encloses the form for i' <= i. *)
Definition form_ok (d : nat) (entry : nat -> nat -> nat -> nat -> I.type) (L : list (list (list Z))) (unit m eta : I.type) : bool :=
  all n (fun i => all d (fun a => (length (row L i a) <=? n * d)%nat)) &&
  all n (fun i => all (S i) (fun i' => let e := entry i i' in all d (fun a => let r := row L i a in all d (fun b =>
    let x := I.sub prec (e a b) (I.mul prec (int (dotZ r (row L i' b))) unit) in
    let x := if andb (i =? i')%nat (a =? b)%nat then I.sub prec x m else x in
    nonneg (I.sub prec eta x) && nonneg (I.add prec eta x))))).

(** By [positive_form]. Its bound of each entry of H - L L^T - m I is what the check has compared; the
    entries above the diagonal follow by symmetry. *)
Lemma form_ok_sound e (entry : nat -> nat -> nat -> nat -> I.type) L unit m eta q rm reta (H : nat -> nat -> matrix) U :
  form_ok e entry L unit m eta = true -> cont unit (/ (q * q)) -> cont m rm -> cont eta reta -> q <> 0 ->
  (forall i i' a b, (i < n)%nat -> (i' <= i)%nat -> (a < e)%nat -> (b < e)%nat -> cont (entry i i' a b) (H i i' a b)) ->
  (forall i i' a b, H i i' a b = H i' i b a) ->
  (rm - reta * (INR n * INR e)) * sq n e U <= form n e H U.
Proof.
  intros Ok Cu Cm Ce Q0 CH Sym. apply andb_true_iff in Ok. destruct Ok as [OkL Ok].
  apply positive_form with (K := (n * e)%nat) (L := fun i a c => IZR (nth c (row L i a) 0%Z) / q).
  assert (Main : forall i i' a b, (i < n)%nat -> (i' <= i)%nat -> (a < e)%nat -> (b < e)%nat ->
    Rabs (H i i' a b - sum (n * e) (fun c => IZR (nth c (row L i a) 0%Z) / q * (IZR (nth c (row L i' b) 0%Z) / q)) - (if andb (i =? i')%nat (a =? b)%nat then rm else 0)) <= reta).
  { intros i i' a b Li Li' La Lb.
    pose proof (all_sound _ _ a (all_sound _ _ i OkL Li) La) as Len. apply Nat.leb_le in Len.
    pose proof (all_sound _ _ b (all_sound _ _ a (all_sound _ _ i' (all_sound _ _ i Ok Li) ltac:(lia)) La) Lb) as O. cbv beta zeta in O.
    apply andb_true_iff in O. destruct O as [O1 O2].
    set (x := if andb (i =? i')%nat (a =? b)%nat then _ else _) in O1, O2.
    assert (Cx : cont x (H i i' a b - sum (n * e) (fun c => IZR (nth c (row L i a) 0%Z) / q * (IZR (nth c (row L i' b) 0%Z) / q)) - (if andb (i =? i')%nat (a =? b)%nat then rm else 0))).
    { assert (Cy : cont (I.sub prec (entry i i' a b) (I.mul prec (int (dotZ (row L i a) (row L i' b))) unit))
        (H i i' a b - sum (n * e) (fun c => IZR (nth c (row L i a) 0%Z) / q * (IZR (nth c (row L i' b) 0%Z) / q)))).
      { apply c_sub; [now apply CH|].
        replace (sum (n * e) (fun c => IZR (nth c (row L i a) 0%Z) / q * (IZR (nth c (row L i' b) 0%Z) / q))) with (IZR (dotZ (row L i a) (row L i' b)) * / (q * q)).
        - apply c_mul; [apply c_int|easy].
        - rewrite (dotZ_sum _ _ (n * e) Len), <- sum_scal_r. apply sum_ext. intros c _. field. easy. }
      unfold x. destruct (andb (i =? i')%nat (a =? b)%nat); [now apply c_sub|]. rewrite Rminus_0_r. exact Cy. }
    pose proof (nonneg_sound _ _ O1 (c_sub _ _ _ _ Ce Cx)). pose proof (nonneg_sound _ _ O2 (c_add _ _ _ _ Ce Cx)).
    apply Rabs_le. lra. }
  intros i i' a b Li Li' La Lb. destruct (le_lt_dec i' i) as [L'|L']; [now apply Main|].
  rewrite Sym, (Nat.eqb_sym i i'), (Nat.eqb_sym a b).
  rewrite (sum_ext (n * e) _ (fun c => IZR (nth c (row L i' b) 0%Z) / q * (IZR (nth c (row L i a) 0%Z) / q))) by (intros; ring).
  apply Main; try easy. lia.
Qed.

End Tables.
End Precision.
End Enclosure.
