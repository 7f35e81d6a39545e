(** First and second derivative in coordinates: gradient and Hessian (times 2 pi), lemma 2 of proofs/lemmas. *)
From Coq Require Import Reals Lra Lia Arith Psatz.
From Certify Require Import Statement Sums Pair Loss.
Open Scope R_scope.

(** Bilinear forms. *)
Definition bil (d : nat) (B : matrix) (u z : vector) : R := sum d (fun a => sum d (fun b => B a b * u a * z b)).

Lemma bil_ext d B B' u z : (forall a b, (a < d)%nat -> (b < d)%nat -> B a b = B' a b) -> bil d B u z = bil d B' u z.
Proof. intros H. apply sum_ext. intros. apply sum_ext. intros. now rewrite H. Qed.

Lemma bil_plus d B B' u z : bil d (fun a b => B a b + B' a b) u z = bil d B u z + bil d B' u z.
Proof. unfold bil. rewrite <- sum_plus. apply sum_ext. intros. rewrite <- sum_plus. apply sum_ext. intros. ring. Qed.

Lemma bil_minus d B B' u z : bil d (fun a b => B a b - B' a b) u z = bil d B u z - bil d B' u z.
Proof. unfold bil. rewrite <- sum_minus. apply sum_ext. intros. rewrite <- sum_minus. apply sum_ext. intros. ring. Qed.

Lemma bil_zero d u z : bil d (fun _ _ => 0) u z = 0.
Proof. apply sum_zero. intros. apply sum_zero. intros. ring. Qed.

Lemma bil_sum d m (B : nat -> matrix) u z : bil d (fun a b => sum m (fun i => B i a b)) u z = sum m (fun i => bil d (B i) u z).
Proof. induction m; simpl; [apply bil_zero|]. now rewrite bil_plus, IHm. Qed.

Lemma bil_delta d c u z : bil d (fun a b => if (a =? b)%nat then c else 0) u z = c * dot d u z.
Proof.
  unfold bil, dot. rewrite <- sum_scal. apply sum_ext. intros a La.
  rewrite <- (sum_delta d a (fun b => c * (u a * z b)) La). apply sum_ext. intros b _. destruct (a =? b)%nat; ring.
Qed.

Lemma bil_outer d c x y u z : bil d (fun a b => c * x a * y b) u z = c * dot d x u * dot d y z.
Proof.
  unfold bil, dot. rewrite Rmult_assoc, <- sum_scal_r, <- sum_scal. apply sum_ext. intros a _.
  rewrite Rmult_assoc, <- sum_scal, <- sum_scal, <- sum_scal. apply sum_ext. intros. ring.
Qed.

Lemma sum_dot m d (f : nat -> vector) u : sum m (fun i => dot d (f i) u) = dot d (fun a => sum m (fun i => f i a)) u.
Proof. unfold dot. rewrite sum_swap. apply sum_ext. intros. now rewrite sum_scal_r. Qed.

Lemma dot_plus_l d u u' v : dot d (fun a => u a + u' a) v = dot d u v + dot d u' v.
Proof. unfold dot. rewrite <- sum_plus. apply sum_ext. intros. ring. Qed.

Lemma dot_minus_l d u u' v : dot d (fun a => u a - u' a) v = dot d u v - dot d u' v.
Proof. unfold dot. rewrite <- sum_minus. apply sum_ext. intros. ring. Qed.

Lemma dot_scal_l d c u v : dot d (fun a => c * u a) v = c * dot d u v.
Proof. unfold dot. rewrite <- sum_scal. apply sum_ext. intros. ring. Qed.

Section Pairs.
Context {tau : Tilt}.
Variable d : nat.

Lemma Sv_comm w v : Sv d w v = Sv d v w.
Proof. unfold Sv, Sf. rewrite (dot_comm d w v), Rmult_comm. easy. Qed.

Lemma Av_comm w v : Av d w v = Av d v w.
Proof. unfold Av, Af. rewrite (dot_comm d w v). change (Sf (dot d w w) (dot d v v) (dot d v w)) with (sqrt (dot d w w * dot d v v - dot d v w * dot d v w)). rewrite (Rmult_comm (dot d w w)). easy. Qed.

(** The part of v across w. *)
Definition across (w v : vector) : vector := fun a => v a - dot d w v / dot d w w * w a.

Definition pull (w v : vector) : vector := fun a => Sv d w v / dot d w w * w a + Av d w v * v a.

Lemma G1_split w v u z : apart d w v -> G1 d w v u z = dot d (pull w v) u + dot d (pull v w) z.
Proof.
  intros (P & P' & _). unfold G1, g1, pull. rewrite !dot_plus_l, !dot_scal_l, (Sv_comm v w), (Av_comm v w), (dot_comm d u v).
  unfold Sv, Av. field. lra.
Qed.

Definition X (w v : vector) : matrix := fun a b =>
  (if (a =? b)%nat then Sv d w v / dot d w w else 0) + / Sv d w v * across w v a * across w v b - Sv d w v / (dot d w w * dot d w w) * w a * w b.
Definition Y (w v : vector) : matrix := fun a b =>
  (if (a =? b)%nat then Av d w v else 0) + / Sv d w v * across w v a * across v w b + Sv d w v / (dot d w w * dot d v v) * w a * v b.

Lemma G2_split w v u z : apart d w v ->
  G2 d w v u z = (bil d (X w v) u u + bil d (Y w v) u z) + (bil d (X v w) z z + bil d (Y v w) z u).
Proof.
  intros (P & P' & Q). unfold X, Y. rewrite !bil_minus, !bil_plus, !bil_delta, !bil_outer.
  assert (0 < Sv d w v) by (apply sqrt_lt_R0; lra).
  unfold across. rewrite !dot_minus_l, !dot_scal_l, (Sv_comm v w), (Av_comm v w), (dot_comm d v w), (dot_comm d v u), (dot_comm d z u).
  unfold G2, g2. fold (Sv d w v) (Av d w v). field. lra.
Qed.

Lemma Y_comm w v a b : Y w v a b = Y v w b a.
Proof.
  unfold Y. rewrite (Sv_comm v w), (Av_comm v w), (Nat.eqb_sym b a), (Rmult_comm (dot d v v)). ring.
Qed.

End Pairs.

Section Loss.

Context {tau : Tilt}.
Variables (n k d : nat) (V W : matrix).
Hypothesis W_good : good n k d V W.

Definition Ss (i i' : nat) : R := if (i =? i')%nat then 0 else Sv d (W i) (W i').
Definition As (i i' : nat) : R := if (i =? i')%nat then 0 else Av d (W i) (W i').
Definition excess (i : nat) : R := sum n (Ss i) - sum k (fun j => Sv d (W i) (V j)).

Definition grad : matrix := fun i a =>
  (PI + tilt + excess i / dot d (W i) (W i)) * W i a + (sum n (fun i' => As i i' * W i' a) - sum k (fun j => Av d (W i) (V j) * V j a)).

Definition bend (w v : vector) (a b : nat) : R := / Sv d w v * across d w v a * across d w v b.

Definition hess (i i' : nat) : matrix := fun a b =>
  if (i =? i')%nat then
    (if (a =? b)%nat then PI + tilt + excess i / dot d (W i) (W i) else 0) - excess i / (dot d (W i) (W i) * dot d (W i) (W i)) * W i a * W i b
    + (sum n (fun i' => if (i =? i')%nat then 0 else bend (W i) (W i') a b) - sum k (fun j => bend (W i) (V j) a b))
  else Y d (W i) (W i') a b.

Lemma pair_apart i i' : (i < n)%nat -> (i' < n)%nat -> i <> i' -> apart d (W i) (W i').
Proof.
  intros Li Li' N. destruct (le_lt_dec i i') as [L|L].
  - destruct (W_good i' Li') as (_ & H & _). destruct (H i) as (A & B & C); [lia|]. repeat split; try easy. rewrite dot_comm, (Rmult_comm (dot d (W i) (W i))). exact C.
  - destruct (W_good i Li) as (_ & H & _). now apply H.
Qed.

Lemma dot_zero_l u : dot d zero u = 0.
Proof. rewrite dot_comm. apply dot_zero_r. Qed.

(** Each pair of students is split between its two neurons; then the terms of each neuron are gathered. *)
Lemma D1_grad U : D1 n k d V W U = ip n d grad U.
Proof.
  unfold D1, ip. rewrite sum_minus, sum_plus.
  rewrite (sum_ext n (fun i => sum i (fun i' => G1 d (W i) (W i') (U i) (U i')))
    (fun i => sum i (fun i' => dot d (pull d (W i) (W i')) (U i) + dot d (pull d (W i') (W i)) (U i')))).
  2:{ intros i Li. apply sum_ext. intros i' L. apply G1_split. apply pair_apart; lia. }
  rewrite (sum_pairs n (fun i i' => dot d (pull d (W i) (W i')) (U i))), <- sum_plus, <- sum_minus.
  apply sum_ext. intros i Li. destruct (W_good i Li) as (P & _ & Ht).
  rewrite (sum_ext n (fun i' => if (i =? i')%nat then 0 else dot d (pull d (W i) (W i')) (U i))
    (fun i' => dot d (fun a => if (i =? i')%nat then 0 else pull d (W i) (W i') a) (U i))).
  2:{ intros i' _. destruct (Nat.eqb_spec i i'); [symmetry; apply dot_zero_l|easy]. }
  rewrite (sum_ext k (fun j => G1 d (W i) (V j) (U i) zero) (fun j => dot d (pull d (W i) (V j)) (U i))).
  2:{ intros j L. rewrite G1_split by now apply Ht. unfold zero. rewrite dot_zero_r. ring. }
  rewrite !sum_dot, <- dot_scal_l, <- dot_plus_l, <- dot_minus_l. apply dot_ext; [|easy]. intros a La.
  unfold grad, excess, Rdiv. rewrite <- sum_minus || idtac.
  rewrite (sum_ext n (fun i' => if (i =? i')%nat then 0 else pull d (W i) (W i') a) (fun i' => Ss i i' * (/ dot d (W i) (W i) * W i a) + As i i' * W i' a)).
  2:{ intros i' _. unfold pull, Ss, As. destruct (i =? i')%nat; unfold Rdiv; ring. }
  rewrite (sum_ext k (fun j => pull d (W i) (V j) a) (fun j => Sv d (W i) (V j) * (/ dot d (W i) (W i) * W i a) + Av d (W i) (V j) * V j a)).
  2:{ intros j _. unfold pull, Rdiv. ring. }
  rewrite !sum_plus, !sum_scal_r. ring.
Qed.

(** As for [D1_grad], with the blocks X (one neuron twice) and Y (two neurons) of each pair. *)
Lemma D2_hess U : D2 n k d V W U = sum n (fun i => sum n (fun i' => bil d (hess i i') (U i) (U i'))).
Proof.
  unfold D2. rewrite sum_minus, sum_plus.
  rewrite (sum_ext n (fun i => sum i (fun i' => G2 d (W i) (W i') (U i) (U i')))
    (fun i => sum i (fun i' => (bil d (X d (W i) (W i')) (U i) (U i) + bil d (Y d (W i) (W i')) (U i) (U i'))
       + (bil d (X d (W i') (W i)) (U i') (U i') + bil d (Y d (W i') (W i)) (U i') (U i))))).
  2:{ intros i Li. apply sum_ext. intros i' L. apply G2_split. apply pair_apart; lia. }
  rewrite (sum_pairs n (fun i i' => bil d (X d (W i) (W i')) (U i) (U i) + bil d (Y d (W i) (W i')) (U i) (U i'))), <- sum_plus, <- sum_minus.
  apply sum_ext. intros i Li. destruct (W_good i Li) as (P & _ & Ht).
  rewrite (sum_ext n (fun i' => if (i =? i')%nat then 0 else bil d (X d (W i) (W i')) (U i) (U i) + bil d (Y d (W i) (W i')) (U i) (U i'))
    (fun i' => bil d (fun a b => if (i =? i')%nat then 0 else X d (W i) (W i') a b) (U i) (U i) + (if (i =? i')%nat then 0 else bil d (Y d (W i) (W i')) (U i) (U i')))).
  2:{ intros i' _. destruct (Nat.eqb_spec i i'); [rewrite bil_zero; ring|easy]. }
  rewrite (sum_ext k (fun j => G2 d (W i) (V j) (U i) zero) (fun j => bil d (X d (W i) (V j)) (U i) (U i))).
  2:{ intros j L. rewrite G2_split by now apply Ht.
      assert (Z : forall B u, bil d B u zero = 0) by (intros; apply sum_zero; intros; apply sum_zero; intros; unfold zero; ring).
      assert (Z' : forall B u, bil d B zero u = 0) by (intros; apply sum_zero; intros; apply sum_zero; intros; unfold zero; ring).
      rewrite !Z, Z'. ring. }
  rewrite (sum_ext n (fun i' => bil d (hess i i') (U i) (U i'))
    (fun i' => (if (i =? i')%nat then bil d (hess i i) (U i) (U i) else 0) + (if (i =? i')%nat then 0 else bil d (Y d (W i) (W i')) (U i) (U i')))).
  2:{ intros i' _. destruct (Nat.eqb_spec i i') as [<-|N]; [ring|]. unfold hess. destruct (Nat.eqb_spec i i'); [easy|].
      change (bil d (fun a b => Y d (W i) (W i') a b)) with (bil d (Y d (W i) (W i'))). ring. }
  rewrite (sum_plus n _ (fun i' => if (i =? i')%nat then 0 else bil d (Y d (W i) (W i')) (U i) (U i'))).
  rewrite (sum_plus n _ (fun i' => if (i =? i')%nat then 0 else bil d (Y d (W i) (W i')) (U i) (U i'))).
  rewrite (sum_delta n i (fun _ => bil d (hess i i) (U i) (U i)) Li).
  rewrite <- !bil_sum, <- bil_delta.
  enough (E : bil d (hess i i) (U i) (U i) = bil d (fun a b => if (a =? b)%nat then PI + tilt else 0) (U i) (U i)
    + bil d (fun a b => sum n (fun i' => if (i =? i')%nat then 0 else X d (W i) (W i') a b)) (U i) (U i)
    - bil d (fun a b => sum k (fun j => X d (W i) (V j) a b)) (U i) (U i)) by (rewrite E; ring).
  rewrite <- bil_plus, <- bil_minus. apply bil_ext. intros a b La Lb. unfold hess. rewrite Nat.eqb_refl.
  set (w := (if (a =? b)%nat then / dot d (W i) (W i) else 0) - / (dot d (W i) (W i) * dot d (W i) (W i)) * W i a * W i b).
  rewrite (sum_ext n (fun i' => if (i =? i')%nat then 0 else X d (W i) (W i') a b)
    (fun i' => Ss i i' * w + (if (i =? i')%nat then 0 else bend (W i) (W i') a b))).
  2:{ intros i' _. unfold Ss, X, bend, w, Rdiv. destruct (i =? i')%nat; destruct (a =? b)%nat; ring. }
  rewrite (sum_ext k (fun j => X d (W i) (V j) a b) (fun j => Sv d (W i) (V j) * w + bend (W i) (V j) a b)).
  2:{ intros j _. unfold X, bend, w, Rdiv. destruct (a =? b)%nat; ring. }
  rewrite !sum_plus, !sum_scal_r. unfold excess, w, Rdiv. change (sum n (fun i0 => Ss i i0)) with (sum n (Ss i)). destruct (a =? b)%nat; ring.
Qed.

Lemma hess_comm i i' a b : hess i i' a b = hess i' i b a.
Proof.
  unfold hess. rewrite (Nat.eqb_sym i' i). destruct (Nat.eqb_spec i i') as [<-|N]; [|apply Y_comm].
  rewrite (Nat.eqb_sym b a).
  rewrite (sum_ext n (fun i' => if (i =? i')%nat then 0 else bend (W i) (W i') b a) (fun i' => if (i =? i')%nat then 0 else bend (W i) (W i') a b)).
  2:{ intros i' _. destruct (i =? i')%nat; [easy|]. unfold bend. ring. }
  rewrite (sum_ext k (fun j => bend (W i) (V j) b a) (fun j => bend (W i) (V j) a b)).
  2:{ intros j _. unfold bend. ring. }
  ring.
Qed.

End Loss.
