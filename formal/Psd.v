(** Positive definite by a residual: a symmetric form near L L^T + m I (lemma 6 of proofs/lemmas). *)
From Coq Require Import Reals Lra Lia Arith Psatz.
From Certify Require Import Statement Sums Forms.
Open Scope R_scope.

Definition form (n d : nat) (H : nat -> nat -> matrix) (U : matrix) : R := sum n (fun i => sum n (fun i' => bil d (H i i') (U i) (U i'))).

Lemma form_le n d H H' U : (forall i i' a b, (i < n)%nat -> (i' < n)%nat -> (a < d)%nat -> (b < d)%nat -> H i i' a b * U i a * U i' b <= H' i i' a b * U i a * U i' b) ->
  form n d H U <= form n d H' U.
Proof. intros L. apply sum_le; intros. apply sum_le; intros. apply sum_le; intros. apply sum_le; intros. now apply L. Qed.

(** The form of L L^T is the sum of the squares of the entries of L^T U. *)
Lemma form_gram n d K (L : nat -> nat -> nat -> R) U : 0 <= form n d (fun i i' a b => sum K (fun c => L i a c * L i' b c)) U.
Proof.
  replace (form n d (fun i i' a b => sum K (fun c => L i a c * L i' b c)) U)
    with (sum K (fun c => sum n (fun i => sum d (fun a => L i a c * U i a)) * sum n (fun i => sum d (fun a => L i a c * U i a)))).
  - apply sum_nonneg. intros. apply Rle_0_sqr.
  - unfold form.
    rewrite (sum_ext n (fun i => sum n (fun i' => bil d (fun a b => sum K (fun c => L i a c * L i' b c)) (U i) (U i')))
      (fun i => sum K (fun c => sum d (fun a => L i a c * U i a) * sum n (fun i' => sum d (fun b => L i' b c * U i' b))))).
    + rewrite sum_swap. apply sum_ext. intros c _. now rewrite sum_scal_r.
    + intros i _.
      rewrite (sum_ext n (fun i' => bil d (fun a b => sum K (fun c => L i a c * L i' b c)) (U i) (U i'))
        (fun i' => sum K (fun c => sum d (fun a => L i a c * U i a) * sum d (fun b => L i' b c * U i' b)))).
      * rewrite sum_swap. apply sum_ext. intros c _. now rewrite sum_scal.
      * intros i' _. rewrite (bil_sum d K (fun c a b => L i a c * L i' b c)). apply sum_ext. intros c _.
        unfold bil. rewrite <- sum_scal_r. apply sum_ext. intros a _. rewrite <- sum_scal. apply sum_ext. intros. ring.
Qed.

Lemma form_unit n d m U : form n d (fun i i' a b => if andb (i =? i')%nat (a =? b)%nat then m else 0) U = m * sq n d U.
Proof.
  unfold form, sq, ip. rewrite <- sum_scal. apply sum_ext. intros i Li.
  rewrite (sum_ext n (fun i' => bil d (fun a b => if andb (i =? i')%nat (a =? b)%nat then m else 0) (U i) (U i')) (fun i' => if (i =? i')%nat then m * dot d (U i) (U i') else 0)).
  - now apply (sum_delta n i (fun i' => m * dot d (U i) (U i'))).
  - intros i' _. destruct (i =? i')%nat; simpl; [apply bil_delta|apply bil_zero].
Qed.

Lemma form_error n d eta U : sum n (fun i => sum n (fun i' => sum d (fun a => sum d (fun b => eta * (U i a * U i a + U i' b * U i' b) / 2)))) = eta * (INR n * INR d) * sq n d U.
Proof.
  set (q := fun i => dot d (U i) (U i)).
  rewrite (sum_ext n _ (fun i => eta * INR d / 2 * (INR n * q i) + eta * INR d / 2 * sum n q)).
  - rewrite sum_plus, sum_const, !sum_scal. unfold sq, ip. fold q. field.
  - intros i _. rewrite (sum_ext n _ (fun i' => eta * INR d / 2 * q i + eta * INR d / 2 * q i')).
    + rewrite sum_plus, sum_const, sum_scal. ring.
    + intros i' _. rewrite (sum_ext d _ (fun a => eta / 2 * (INR d * (U i a * U i a)) + eta / 2 * q i')).
      * rewrite sum_plus, sum_const, !sum_scal. unfold q, dot. field.
      * intros a _. unfold q, dot. rewrite <- (sum_const d (U i a * U i a)), <- !sum_scal, <- sum_plus. apply sum_ext. intros. field.
Qed.

(** H is L L^T + m I up to eta in each entry, and |x y| <= (x^2 + y^2) / 2. *)
Lemma positive_form n d K H (L : nat -> nat -> nat -> R) m eta U :
  (forall i i' a b, (i < n)%nat -> (i' < n)%nat -> (a < d)%nat -> (b < d)%nat ->
    Rabs (H i i' a b - sum K (fun c => L i a c * L i' b c) - (if andb (i =? i')%nat (a =? b)%nat then m else 0)) <= eta) ->
  (m - eta * (INR n * INR d)) * sq n d U <= form n d H U.
Proof.
  intros B.
  enough (E : form n d (fun i i' a b => sum K (fun c => L i a c * L i' b c)) U + form n d (fun i i' a b => if andb (i =? i')%nat (a =? b)%nat then m else 0) U
    - eta * (INR n * INR d) * sq n d U <= form n d H U).
  - pose proof (form_gram n d K L U). rewrite form_unit in E. lra.
  - rewrite <- form_error. unfold form at 1 2. rewrite <- sum_plus, <- sum_minus. apply sum_le. intros i Li.
    rewrite <- sum_plus, <- sum_minus. apply sum_le. intros i' Li'. unfold bil. rewrite <- sum_plus, <- sum_minus. apply sum_le. intros a La.
    rewrite <- sum_plus, <- sum_minus. apply sum_le. intros b Lb.
    specialize (B i i' a b Li Li' La Lb). apply Rabs_le_inv in B. destruct B as [B1 B2].
    set (x := U i a). set (y := U i' b). set (l := sum K (fun c => L i a c * L i' b c)) in *.
    set (o := if andb (i =? i')%nat (a =? b)%nat then m else 0) in *. set (h := H i i' a b) in *.
    assert (0 <= (eta + (h - l - o)) * ((x + y) * (x + y)) / 4) by (apply Rmult_le_pos; [apply Rmult_le_pos; [lra|apply Rle_0_sqr]|lra]).
    assert (0 <= (eta - (h - l - o)) * ((x - y) * (x - y)) / 4) by (apply Rmult_le_pos; [apply Rmult_le_pos; [lra|apply Rle_0_sqr]|lra]).
    lra.
Qed.
