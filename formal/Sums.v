(** Finite sums and scalar products. *)
From Coq Require Import Reals Lra Lia Arith Psatz.

From Certify Require Import Statement.
Open Scope R_scope.

Lemma Rabs_le_inv x b : Rabs x <= b -> - b <= x <= b.
Proof. unfold Rabs. destruct (Rcase_abs x); lra. Qed.


Lemma sum_ext n f g : (forall i, (i < n)%nat -> f i = g i) -> sum n f = sum n g.
Proof. induction n; simpl; intros H; [easy|]. rewrite IHn, H; auto with arith. Qed.

Lemma sum_zero n f : (forall i, (i < n)%nat -> f i = 0) -> sum n f = 0.
Proof. induction n; simpl; intros H; [easy|]. rewrite IHn, H; auto with arith. lra. Qed.

Lemma sum_plus n f g : sum n (fun i => f i + g i) = sum n f + sum n g.
Proof. induction n; simpl; [|rewrite IHn]; ring. Qed.

Lemma sum_minus n f g : sum n (fun i => f i - g i) = sum n f - sum n g.
Proof. induction n; simpl; [|rewrite IHn]; ring. Qed.

Lemma sum_scal n c f : sum n (fun i => c * f i) = c * sum n f.
Proof. induction n; simpl; [|rewrite IHn]; ring. Qed.

Lemma sum_scal_r n c f : sum n (fun i => f i * c) = sum n f * c.
Proof. induction n; simpl; [|rewrite IHn]; ring. Qed.

Lemma sum_swap n m (f : nat -> nat -> R) : sum n (fun i => sum m (fun j => f i j)) = sum m (fun j => sum n (fun i => f i j)).
Proof.
  induction n; simpl.
  - symmetry. now apply sum_zero.
  - now rewrite IHn, <- sum_plus.
Qed.

Lemma sum_le n f g : (forall i, (i < n)%nat -> f i <= g i) -> sum n f <= sum n g.
Proof. induction n; simpl; intros H; [lra|]. apply Rplus_le_compat; auto with arith. Qed.

Lemma sum_nonneg n f : (forall i, (i < n)%nat -> 0 <= f i) -> 0 <= sum n f.
Proof. induction n; simpl; intros H; [lra|]. assert (0 <= f n) by auto with arith. assert (0 <= sum n f) by auto with arith. lra. Qed.

Lemma sum_term n f i : (forall j, (j < n)%nat -> 0 <= f j) -> (i < n)%nat -> f i <= sum n f.
Proof.
  induction n; simpl; intros H L; [lia|].
  assert (0 <= f n) by auto with arith. assert (0 <= sum n f) by (apply sum_nonneg; auto with arith).
  destruct (Nat.eq_dec i n) as [->|E]; [lra|]. assert (f i <= sum n f) by (apply IHn; auto with arith; lia). lra.
Qed.

Lemma sum_delta n a (f : nat -> R) : (a < n)%nat -> sum n (fun b => if (a =? b)%nat then f b else 0) = f a.
Proof.
  induction n; simpl; intros H; [lia|]. destruct (Nat.eqb_spec a n) as [->|E].
  - rewrite sum_zero; [ring|]. intros i L. destruct (Nat.eqb_spec n i); [lia|easy].
  - rewrite IHn by lia. ring.
Qed.

(** Pairs: below the diagonal with both orders, or all ordered pairs. *)
Lemma sum_pairs n (x : nat -> nat -> R) :
  sum n (fun i => sum i (fun i' => x i i' + x i' i)) = sum n (fun i => sum n (fun i' => if (i =? i')%nat then 0 else x i i')).
Proof.
  induction n; simpl; [easy|]. rewrite IHn, Nat.eqb_refl, Rplus_0_r.
  rewrite (sum_ext n (fun i => sum n (fun i' => if (i =? i')%nat then 0 else x i i') + (if (i =? n)%nat then 0 else x i n))
                     (fun i => sum n (fun i' => if (i =? i')%nat then 0 else x i i') + x i n)).
  2:{ intros i L. destruct (Nat.eqb_spec i n); [lia|easy]. }
  rewrite (sum_ext n (fun i' => if (n =? i')%nat then 0 else x n i') (fun i' => x n i')).
  2:{ intros i L. destruct (Nat.eqb_spec n i); [lia|easy]. }
  rewrite !sum_plus. change (sum n (fun i => x n i)) with (sum n (x n)). ring.
Qed.

Lemma sum_extend d D f : (d <= D)%nat -> (forall a, (d <= a < D)%nat -> f a = 0) -> sum D f = sum d f.
Proof.
  induction D; intros L Z; [now replace d with 0%nat by lia|].
  destruct (Nat.eq_dec d (S D)) as [->|E]; [easy|]. simpl. rewrite IHD, Z; auto with arith; try lia; try ring. intros; apply Z; lia.
Qed.

Lemma dot_comm d u v : dot d u v = dot d v u.
Proof. apply sum_ext. intros. ring. Qed.

Lemma dot_nonneg d u : 0 <= dot d u u.
Proof. apply sum_nonneg. intros. nra. Qed.

Lemma dot_ext d u u' v v' : (forall a, (a < d)%nat -> u a = u' a) -> (forall a, (a < d)%nat -> v a = v' a) -> dot d u v = dot d u' v'.
Proof. intros H H'. apply sum_ext. intros. now rewrite H, H'. Qed.

Lemma dot_zero_r d u : dot d u (fun _ => 0) = 0.
Proof. apply sum_zero. intros. ring. Qed.

Lemma dot_units d u j : (j < d)%nat -> dot d u (units j) = u j.
Proof.
  intros L. unfold dot, units. rewrite <- (sum_delta d j u L) at 1. apply sum_ext. intros a _.
  destruct (Nat.eqb_spec j a) as [->|]; ring.
Qed.

(** The scalar product and squared norm of matrices. *)
Definition ip (n d : nat) (W U : matrix) : R := sum n (fun i => dot d (W i) (U i)).
Definition sq (n d : nat) (U : matrix) : R := ip n d U U.

Lemma sq_nonneg n d U : 0 <= sq n d U.
Proof. apply sum_nonneg. intros. apply dot_nonneg. Qed.

Lemma sq_entry n d U i a : (i < n)%nat -> (a < d)%nat -> U i a * U i a <= sq n d U.
Proof.
  intros Li La. apply Rle_trans with (dot d (U i) (U i)).
  - apply (sum_term d (fun a => U i a * U i a)); [|easy]. intros. nra.
  - apply (sum_term n (fun i => dot d (U i) (U i))); [|easy]. intros. apply dot_nonneg.
Qed.

Lemma ip_ext n d W W' U U' : (forall i a, (i < n)%nat -> (a < d)%nat -> W i a = W' i a) ->
  (forall i a, (i < n)%nat -> (a < d)%nat -> U i a = U' i a) -> ip n d W U = ip n d W' U'.
Proof. intros H H'. apply sum_ext. intros. apply dot_ext; auto. Qed.

Lemma ip_plus_r n d W U U' : ip n d W (fun i a => U i a + U' i a) = ip n d W U + ip n d W U'.
Proof. unfold ip, dot. rewrite <- sum_plus. apply sum_ext. intros. rewrite <- sum_plus. apply sum_ext. intros. ring. Qed.

Lemma ip_scal_r n d W c U : ip n d W (fun i a => c * U i a) = c * ip n d W U.
Proof. unfold ip, dot. rewrite <- sum_scal. apply sum_ext. intros. rewrite <- sum_scal. apply sum_ext. intros. ring. Qed.

Lemma sq_scal n d c U : sq n d (fun i a => c * U i a) = c * c * sq n d U.
Proof. unfold sq, ip, dot. rewrite <- sum_scal. apply sum_ext. intros. rewrite <- sum_scal. apply sum_ext. intros. ring. Qed.

(** 2 <G, U> >= - (|G|^2 / m + m |U|^2): the form of Cauchy and Schwarz that is used. *)
Lemma ip_young n d G U m : 0 < m -> - (sq n d G / m + m * sq n d U) <= 2 * ip n d G U.
Proof.
  intros P.
  assert (H : 0 <= sum n (fun i => sum d (fun a => (G i a + m * U i a) * (G i a + m * U i a)))).
  { apply sum_nonneg. intros. apply sum_nonneg. intros. apply Rle_0_sqr. }
  assert (E : sum n (fun i => sum d (fun a => (G i a + m * U i a) * (G i a + m * U i a))) = sq n d G + 2 * m * ip n d G U + m * m * sq n d U).
  { unfold sq, ip, dot. rewrite <- !sum_scal, <- !sum_plus. apply sum_ext. intros. rewrite <- !sum_scal, <- !sum_plus. apply sum_ext. intros. ring. }
  rewrite E in H. apply Rmult_le_reg_l with m; [easy|]. 
  replace (m * - (sq n d G / m + m * sq n d U)) with (- (sq n d G + m * m * sq n d U)) by (field; lra). nra.
Qed.

Lemma sum_const n c : sum n (fun _ => c) = INR n * c.
Proof. induction n; [simpl; ring|]. rewrite S_INR. simpl sum. rewrite IHn. ring. Qed.

Lemma sq_le n d U e : 0 <= e -> (forall i a, (i < n)%nat -> (a < d)%nat -> Rabs (U i a) <= e) -> sq n d U <= INR n * (INR d * (e * e)).
Proof.
  intros P H. rewrite <- !sum_const. apply sum_le. intros i Li. apply sum_le. intros a La.
  specialize (H i a Li La). apply Rabs_le_inv in H. destruct H. assert (0 <= (e - U i a) * (e + U i a)) by (apply Rmult_le_pos; lra). lra.
Qed.
