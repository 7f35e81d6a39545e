(** Every slope at once: the risk of sigma(t) = p [t]_+ + q [-t]_+ is (p + q)^2 times that of ReLU,
    less p q / 2 times the square of the sum of the students less the sum of the teachers (lemma 24 of
    proofs/lemmas, 24.1). *)
From Coq Require Import Reals Lra Arith.
From Certify Require Import Statement StatementOfRisk Sums Forms Expectation.
Open Scope R_scope.

Lemma activation_relu t : activation 1 0 t = relu t.
Proof. unfold activation. ring. Qed.

(** sum_i w_i - sum_j v_j *)
Definition gap (n k : nat) (V W : matrix) : vector := fun a =>
  sum n (fun i => W i a) - sum k (fun j => V j a).

Lemma gap_square n k d V W : dot d (gap n k V W) (gap n k V W) =
  sum n (fun i => sum n (fun i' => dot d (W i) (W i')))
  - 2 * sum n (fun i => sum k (fun j => dot d (W i) (V j)))
  + sum k (fun j => sum k (fun j' => dot d (V j) (V j'))).
Proof.
  assert (Sums : forall m l (X Y : matrix), sum m (fun i => sum l (fun j => dot d (X i) (Y j))) =
    dot d (fun a => sum m (fun i => X i a)) (fun a => sum l (fun j => Y j a))).
  { intros m l X Y. rewrite <- sum_dot. apply sum_ext. intros i _.
    rewrite dot_comm, <- sum_dot. apply sum_ext. intros. apply dot_comm. }
  rewrite !Sums. set (w := fun a => sum n (fun i => W i a)). set (v := fun a => sum k (fun j => V j a)).
  change (gap n k V W) with (fun a => w a - v a).
  rewrite dot_minus_l, (dot_comm d w (fun a => _)), (dot_comm d v (fun a => _)), !dot_minus_l.
  rewrite (dot_comm d v w). ring.
Qed.

Theorem loss_slope p q n k d V W : loss p q n k d V W =
  (p + q) * (p + q) * loss 1 0 n k d V W - p * q / 2 * dot d (gap n k V W) (gap n k V W).
Proof.
  assert (Split : forall m l (X Y : matrix), sum m (fun i => sum l (fun j => kernel p q d (X i) (Y j))) =
    (p + q) * (p + q) * sum m (fun i => sum l (fun j => kernel 1 0 d (X i) (Y j)))
    - p * q * sum m (fun i => sum l (fun j => dot d (X i) (Y j)))).
  { intros. rewrite <- !sum_scal, <- sum_minus. apply sum_ext. intros i _.
    rewrite <- !sum_scal, <- sum_minus. apply sum_ext. intros j _. unfold kernel. ring. }
  unfold loss. rewrite gap_square, !(Split _ _ _ _). field.
Qed.

Theorem risk_slope d E : expectation d E -> forall p q n k V W, risk p q E n k d V W =
  (p + q) * (p + q) * risk 1 0 E n k d V W - p * q / 2 * dot d (gap n k V W) (gap n k V W).
Proof. intros HE p q n k V W. rewrite !(risk_is_loss d E HE). apply loss_slope. Qed.
