(** The loss at the teachers is 0, and the constant of the loss. *)
From Coq Require Import Reals Lra Lia Arith Psatz FunctionalExtensionality.
From Certify Require Import Statement Sums Pair Loss.
Open Scope R_scope.

Lemma kernel_zero_l p q d v : kernel p q d (fun _ => 0) v = 0.
Proof.
  unfold kernel, arc, norm at 1 2. rewrite (dot_comm d (fun _ => 0) v), !dot_zero_r, sqrt_0. unfold Rdiv. rewrite !Rmult_0_l. ring.
Qed.

Lemma copy_row k i : (i < k)%nat -> copy k i = units i.
Proof. intros L. apply functional_extensionality. intros a. unfold copy. destruct (Nat.ltb_spec i k); [easy|lia]. Qed.

Lemma copy_zero k i : (k <= i)%nat -> copy k i = fun _ => 0.
Proof. intros L. apply functional_extensionality. intros a. unfold copy. destruct (Nat.ltb_spec i k); [lia|easy]. Qed.

Theorem loss_copy p q n k d : (k <= n)%nat -> F p q n k d (copy k) = 0.
Proof.
  intros L. unfold F, loss. set (s := sum k (fun j => sum k (fun j' => kernel p q d (units j) (units j')))).
  assert (E1 : sum n (fun i => sum n (fun i' => kernel p q d (copy k i) (copy k i'))) = s).
  { rewrite (sum_extend k n) by (easy || intros i Li; rewrite copy_zero by lia; apply sum_zero; intros; apply kernel_zero_l).
    apply sum_ext. intros i Li. rewrite copy_row by easy.
    rewrite (sum_extend k n) by (easy || intros i' Li'; rewrite copy_zero by lia; rewrite kernel_comm; apply kernel_zero_l).
    apply sum_ext. intros i' Li'. now rewrite copy_row. }
  assert (E2 : sum n (fun i => sum k (fun j => kernel p q d (copy k i) (units j))) = s).
  { rewrite (sum_extend k n) by (easy || intros i Li; rewrite copy_zero by lia; apply sum_zero; intros; apply kernel_zero_l).
    apply sum_ext. intros i Li. now rewrite copy_row. }
  rewrite E1, E2. field.
Qed.

Lemma arc_units d j j' : (j < d)%nat -> (j' < d)%nat -> 2 * PI * arc d (units j) (units j') = if (j =? j')%nat then PI else 1.
Proof.
  intros L L'. pose proof PI_RGT_0.
  assert (U : forall j, (j < d)%nat -> norm d (units j) = 1).
  { intros i Li. unfold norm. rewrite dot_units by easy. unfold units. rewrite Nat.eqb_refl. apply sqrt_1. }
  unfold arc, cosine. rewrite !U, dot_units by easy. unfold units at 1 2 3 4. rewrite (Nat.eqb_sym j j').
  destruct (Nat.eqb_spec j' j) as [E|E].
  - replace (1 / (1 * 1)) with 1 by field. rewrite acos_1. replace (1 - 1 * 1) with 0 by ring. rewrite sqrt_0. field. lra.
  - replace (0 / (1 * 1)) with 0 by field. replace (1 - 0 * 0) with 1 by ring. rewrite sqrt_1. field. lra.
Qed.

(** The squared norms of the teachers are 1, their scalar products 0. *)
Definition constant_of {tau : Tilt} (k : nat) : R := (INR k * (PI + tilt) + INR k * (INR k - 1)) / 2.

Lemma constant_units {tau : Tilt} p q k d : p + q <> 0 -> tilt = 2 * PI * (- (p * q) / ((p + q) * (p + q))) -> (k <= d)%nat ->
  2 * PI * constant k d units p q = (p + q) * (p + q) * constant_of k.
Proof.
  intros Share Slope L. unfold constant, constant_of. set (e := (p + q) * (p + q)).
  replace (2 * PI * (1 / 2 * sum k (fun j => sum k (fun j' => kernel p q d (units j) (units j')))))
    with (/ 2 * sum k (fun j => sum k (fun j' => 2 * PI * kernel p q d (units j) (units j')))).
  - rewrite (sum_ext k _ (fun _ => e * (PI + tilt - 1) + INR k * e)).
    + rewrite sum_const. field.
    + intros j Lj. rewrite (sum_ext k _ (fun j' => (if (j =? j')%nat then e * (PI + tilt - 1) else 0) + e)).
      * rewrite sum_plus, sum_const, (sum_delta k j (fun _ => e * (PI + tilt - 1))) by easy. ring.
      * intros j' Lj'. rewrite (kernel_tilt d p q Share Slope), arc_units, dot_units by lia. fold e. unfold units.
        destruct (j =? j')%nat; ring.
  - rewrite (sum_ext k _ (fun j => 2 * PI * sum k (fun j' => kernel p q d (units j) (units j')))) by (intros; apply sum_scal).
    rewrite sum_scal. field.
Qed.
