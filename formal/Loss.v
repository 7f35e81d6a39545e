(** The loss along a segment: derivatives, and Taylor's inequality where the second derivative is bounded below. *)
From Coq Require Import Reals Lra Lia Arith Psatz FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Certify Require Import Statement Sums Pair.
Open Scope R_scope.

Definition along (u u' : vector) (s : R) : vector := fun a => u a + s * u' a.
Definition zero : vector := fun _ => 0.

Lemma along_zero u s : along u zero s = u.
Proof. apply functional_extensionality. intros a. unfold along, zero. ring. Qed.

Lemma d_dot d w u v z t : is_derive (fun s => dot d (along w u s) (along v z s)) t (dot d u (along v z t) + dot d (along w u t) z).
Proof.
  unfold dot. rewrite <- sum_plus. induction d as [|d IH]; simpl.
  - apply (is_derive_const 0).
  - apply (is_derive_plus (fun s => sum d (fun a => along w u s a * along v z s a)) (fun s => along w u s d * along v z s d)); [exact IH|].
    unfold along. auto_derive; [easy|ring].
Qed.

Lemma is_derive_sum n (f : nat -> R -> R) f' t : (forall i, (i < n)%nat -> is_derive (f i) t (f' i)) -> is_derive (fun s => sum n (fun i => f i s)) t (sum n f').
Proof.
  induction n as [|n IH]; simpl; intros H.
  - apply (is_derive_const 0).
  - apply (is_derive_plus (fun s => sum n (fun i => f i s)) (f n)); auto with arith.
Qed.

Section Vectors.
Context {tau : Tilt}.
Variable d : nat.

Definition Sv (w v : vector) := Sf (dot d w w) (dot d v v) (dot d w v).
Definition Av (w v : vector) := Af (dot d w w) (dot d v v) (dot d w v).
Definition hv (w v : vector) := hf (dot d w w) (dot d v v) (dot d w v).
Definition G1 (w v u z : vector) := g1 (dot d w w) (dot d v v) (dot d w v) (2 * dot d w u) (2 * dot d v z) (dot d u v + dot d w z).
Definition G2 (w v u z : vector) := g2 (dot d w w) (dot d v v) (dot d w v) (2 * dot d w u) (2 * dot d v z) (dot d u v + dot d w z)
  (2 * dot d u u) (2 * dot d z z) (2 * dot d u z).

(** Not parallel, and not zero. *)
Definition apart (w v : vector) := 0 < dot d w w /\ 0 < dot d v v /\ dot d w v * dot d w v < dot d w w * dot d v v.

Lemma d_sq w u t : is_derive (fun s => dot d (along w u s) (along w u s)) t (2 * dot d (along w u t) u).
Proof. replace (2 * dot d (along w u t) u) with (dot d u (along w u t) + dot d (along w u t) u) by (rewrite (dot_comm d u); ring). apply d_dot. Qed.

Lemma d_left w u z t : is_derive (fun s => dot d (along w u s) z) t (dot d u z).
Proof.
  pose proof (d_dot d w u z zero t) as H. rewrite along_zero in H. unfold zero in H at 2. rewrite dot_zero_r, Rplus_0_r in H.
  apply is_derive_ext with (2 := H). intros s. now rewrite along_zero.
Qed.

Lemma d_h w u v z t : apart (along w u t) (along v z t) ->
  is_derive (fun s => hv (along w u s) (along v z s)) t (G1 (along w u t) (along v z t) u z).
Proof.
  intros (PN & PM & P).
  apply (dh (fun s => dot d (along w u s) (along w u s)) (fun s => dot d (along v z s) (along v z s)) (fun s => dot d (along w u s) (along v z s)));
    try easy; [apply d_sq|apply d_sq|apply d_dot].
Qed.

Lemma d_G1 w u v z t : apart (along w u t) (along v z t) ->
  is_derive (fun s => G1 (along w u s) (along v z s) u z) t (G2 (along w u t) (along v z t) u z).
Proof.
  intros (PN & PM & P).
  apply (dg (fun s => dot d (along w u s) (along w u s)) (fun s => dot d (along v z s) (along v z s)) (fun s => dot d (along w u s) (along v z s)) t _ _ _
    (d_sq w u t) (d_sq v z t) (d_dot d w u v z t) PN PM P
    (fun s => 2 * dot d (along w u s) u) (fun s => 2 * dot d (along v z s) z) (fun s => dot d u (along v z s) + dot d (along w u s) z)); try easy.
  - apply is_derive_scal. apply d_left.
  - apply is_derive_scal. apply d_left.
  - replace (2 * dot d u z) with (dot d u z + dot d u z) by ring.
    apply (is_derive_plus (fun s => dot d u (along v z s)) (fun s => dot d (along w u s) z)); [|apply d_left].
    apply is_derive_ext with (fun s => dot d (along v z s) u); [intros; apply dot_comm|]. rewrite (dot_comm d u z). apply d_left.
Qed.

Lemma d_h_left w u v t : apart (along w u t) v -> is_derive (fun s => hv (along w u s) v) t (G1 (along w u t) v u zero).
Proof.
  intros P. rewrite <- (along_zero v t) in P at 1. apply d_h in P. rewrite along_zero in P.
  apply is_derive_ext with (2 := P). intros s. now rewrite along_zero.
Qed.

Lemma d_G1_left w u v t : apart (along w u t) v -> is_derive (fun s => G1 (along w u s) v u zero) t (G2 (along w u t) v u zero).
Proof.
  intros P. rewrite <- (along_zero v t) in P at 1. apply d_G1 in P. rewrite along_zero in P.
  apply is_derive_ext with (2 := P). intros s. now rewrite along_zero.
Qed.

End Vectors.

Section Loss.

Context {tau : Tilt}.
Variables (n k d : nat) (V : matrix).

(** 2 pi loss / (p + q)^2 without its constant. *)
Definition Phi (W : matrix) : R := sum n (fun i =>
  (PI + tilt) / 2 * dot d (W i) (W i) + sum i (fun i' => hv d (W i) (W i')) - sum k (fun j => hv d (W i) (V j))).

Definition D1 (W U : matrix) : R := sum n (fun i =>
  (PI + tilt) * dot d (W i) (U i) + sum i (fun i' => G1 d (W i) (W i') (U i) (U i')) - sum k (fun j => G1 d (W i) (V j) (U i) zero)).

Definition D2 (W U : matrix) : R := sum n (fun i =>
  (PI + tilt) * dot d (U i) (U i) + sum i (fun i' => G2 d (W i) (W i') (U i) (U i')) - sum k (fun j => G2 d (W i) (V j) (U i) zero)).

(** No two neurons parallel. *)
Definition good (W : matrix) : Prop := forall i, (i < n)%nat ->
  0 < dot d (W i) (W i) /\ (forall i', (i' < i)%nat -> apart d (W i) (W i')) /\ (forall j, (j < k)%nat -> apart d (W i) (V j)).

Definition line (W U : matrix) (s : R) : matrix := fun i => along (W i) (U i) s.

Lemma d_Phi W U t : good (line W U t) -> is_derive (fun s => Phi (line W U s)) t (D1 (line W U t) U).
Proof.
  intros H. apply (is_derive_sum n (fun i s => (PI + tilt) / 2 * dot d (line W U s i) (line W U s i) + sum i (fun i' => hv d (line W U s i) (line W U s i'))
    - sum k (fun j => hv d (line W U s i) (V j)))).
  intros i Li. destruct (H i Li) as (_ & Hs & Ht). unfold line at 1 2 3 4 5.
  apply (is_derive_minus (fun s => (PI + tilt) / 2 * dot d (along (W i) (U i) s) (along (W i) (U i) s) + sum i (fun i' => hv d (along (W i) (U i) s) (along (W i') (U i') s)))
    (fun s => sum k (fun j => hv d (along (W i) (U i) s) (V j)))).
  - apply (is_derive_plus (fun s => (PI + tilt) / 2 * dot d (along (W i) (U i) s) (along (W i) (U i) s)) (fun s => sum i (fun i' => hv d (along (W i) (U i) s) (along (W i') (U i') s)))).
    + replace ((PI + tilt) * dot d (line W U t i) (U i)) with ((PI + tilt) / 2 * (2 * dot d (line W U t i) (U i))) by field. apply is_derive_scal. apply d_sq.
    + apply (is_derive_sum i (fun i' s => hv d (along (W i) (U i) s) (along (W i') (U i') s))). intros i' L. apply d_h. now apply Hs.
  - apply (is_derive_sum k (fun j s => hv d (along (W i) (U i) s) (V j))). intros j L. apply d_h_left. now apply Ht.
Qed.

Lemma d_D1 W U t : good (line W U t) -> is_derive (fun s => D1 (line W U s) U) t (D2 (line W U t) U).
Proof.
  intros H. apply (is_derive_sum n (fun i s => (PI + tilt) * dot d (line W U s i) (U i) + sum i (fun i' => G1 d (line W U s i) (line W U s i') (U i) (U i'))
    - sum k (fun j => G1 d (line W U s i) (V j) (U i) zero))).
  intros i Li. destruct (H i Li) as (_ & Hs & Ht). unfold line at 1 2 3 4.
  apply (is_derive_minus (fun s => (PI + tilt) * dot d (along (W i) (U i) s) (U i) + sum i (fun i' => G1 d (along (W i) (U i) s) (along (W i') (U i') s) (U i) (U i')))
    (fun s => sum k (fun j => G1 d (along (W i) (U i) s) (V j) (U i) zero))).
  - apply (is_derive_plus (fun s => (PI + tilt) * dot d (along (W i) (U i) s) (U i)) (fun s => sum i (fun i' => G1 d (along (W i) (U i) s) (along (W i') (U i') s) (U i) (U i')))).
    + apply is_derive_scal. apply d_left.
    + apply (is_derive_sum i (fun i' s => G1 d (along (W i) (U i) s) (along (W i') (U i') s) (U i) (U i'))). intros i' L. apply d_G1. now apply Hs.
  - apply (is_derive_sum k (fun j s => G1 d (along (W i) (U i) s) (V j) (U i) zero)). intros j L. apply d_G1_left. now apply Ht.
Qed.

(** The mean value theorem twice: the first derivative grows at least by m |U|^2 s along the segment, and
    then so does the loss by half of that times s^2. *)
Lemma taylor_line W U m : (forall t, 0 <= t <= 1 -> good (line W U t) /\ m * sq n d U <= D2 (line W U t) U) ->
  Phi (line W U 0) + D1 (line W U 0) U + m / 2 * sq n d U <= Phi (line W U 1).
Proof.
  intros H. set (q := sq n d U) in *.
  assert (M1 : forall c, 0 < c <= 1 -> D1 (line W U 0) U + m * q * c <= D1 (line W U c) U).
  { intros c Hc. destruct (MVT_cor2 (fun s => D1 (line W U s) U - m * q * s) (fun s => D2 (line W U s) U - m * q) 0 c) as [x [E X]]; [easy| |].
    - intros s Hs. apply is_derive_Reals. apply (is_derive_minus (fun s => D1 (line W U s) U) (fun s => m * q * s)).
      + apply d_D1. apply H. lra.
      + auto_derive; [easy|ring].
    - assert (0 <= (D2 (line W U x) U - m * q) * (c - 0)) by (apply Rmult_le_pos; [|lra]; specialize (H x); lra). lra. }
  destruct (MVT_cor2 (fun s => Phi (line W U s) - D1 (line W U 0) U * s - m * q / 2 * (s * s)) (fun s => D1 (line W U s) U - D1 (line W U 0) U - m * q * s) 0 1) as [x [E X]]; [lra| |].
  - intros s Hs. apply is_derive_Reals.
    apply (is_derive_minus (fun s => Phi (line W U s) - D1 (line W U 0) U * s) (fun s => m * q / 2 * (s * s))).
    + apply (is_derive_minus (fun s => Phi (line W U s)) (fun s => D1 (line W U 0) U * s)).
      * apply d_Phi. apply H. lra.
      * auto_derive; [easy|ring].
    + auto_derive; [easy|field].
  - specialize (M1 x). lra.
Qed.

(** The loss itself. *)
Variables (p q : R).
Hypothesis (share : p + q <> 0) (slope : tilt = 2 * PI * (- (p * q) / ((p + q) * (p + q)))).

Lemma arc_self w : 0 < dot d w w -> arc d w w = dot d w w / 2.
Proof.
  intros P. pose proof PI_RGT_0. unfold arc, cosine, norm.
  assert (Q : sqrt (dot d w w) * sqrt (dot d w w) = dot d w w) by (apply sqrt_sqrt; lra). rewrite Q.
  replace (dot d w w / dot d w w) with 1 by (field; lra). rewrite acos_1. replace (1 - 1 * 1) with 0 by ring. rewrite sqrt_0. field. lra.
Qed.

Lemma arc_comm u v : arc d u v = arc d v u.
Proof. unfold arc, cosine. rewrite (dot_comm d u v), (Rmult_comm (norm d u)). easy. Qed.

Lemma kernel_comm u v : kernel p q d u v = kernel p q d v u.
Proof. unfold kernel. now rewrite arc_comm, dot_comm. Qed.

(** The two parts of the kernel have the factor (p + q)^2 in common. *)
Lemma kernel_tilt u v : 2 * PI * kernel p q d u v = (p + q) * (p + q) * (2 * PI * arc d u v + tilt * dot d u v).
Proof. unfold kernel. rewrite slope. field. easy. Qed.

Lemma kernel_self w : 0 < dot d w w -> 2 * PI * kernel p q d w w = (p + q) * (p + q) * ((PI + tilt) * dot d w w).
Proof. intros P. rewrite kernel_tilt, arc_self by easy. field. Qed.

Lemma kernel_apart w v : apart d w v -> 2 * PI * kernel p q d w v = (p + q) * (p + q) * hv d w v.
Proof. intros (P & P' & Q). rewrite kernel_tilt. now rewrite arc_h. Qed.

Definition constant : R := 1 / 2 * sum k (fun j => sum k (fun j' => kernel p q d (V j) (V j'))).

(** A double sum over students is its diagonal and twice the part below it; then each kernel is h. *)
Lemma loss_Phi W : good W -> 2 * PI * (loss p q n k d V W - constant) = (p + q) * (p + q) * Phi W.
Proof.
  intros H. pose proof PI_RGT_0. unfold loss, Phi. fold constant.
  assert (E : sum n (fun i => sum n (fun i' => kernel p q d (W i) (W i'))) =
    sum n (fun i => kernel p q d (W i) (W i)) + 2 * sum n (fun i => sum i (fun i' => kernel p q d (W i) (W i')))).
  { rewrite <- sum_scal. rewrite (sum_ext n (fun i => 2 * sum i (fun i' => kernel p q d (W i) (W i')))
      (fun i => sum i (fun i' => kernel p q d (W i) (W i') + kernel p q d (W i') (W i)))).
    - rewrite (sum_pairs n (fun i i' => kernel p q d (W i) (W i'))), <- sum_plus. apply sum_ext. intros i Li.
      rewrite <- (sum_delta n i (fun i' => kernel p q d (W i) (W i')) Li) at 1. rewrite <- sum_plus. apply sum_ext. intros i' _.
      destruct (Nat.eqb_spec i i'); ring.
    - intros i Li. rewrite <- sum_scal. apply sum_ext. intros i' _. rewrite (kernel_comm (W i') (W i)). ring. }
  rewrite E.
  replace (2 * PI * (1 / 2 * (sum n (fun i => kernel p q d (W i) (W i)) + 2 * sum n (fun i => sum i (fun i' => kernel p q d (W i) (W i')))) -
    sum n (fun i => sum k (fun j => kernel p q d (W i) (V j))) + constant - constant))
  with (/ 2 * (2 * PI * sum n (fun i => kernel p q d (W i) (W i))) + 2 * PI * sum n (fun i => sum i (fun i' => kernel p q d (W i) (W i')))
     - 2 * PI * sum n (fun i => sum k (fun j => kernel p q d (W i) (V j)))) by field.
  rewrite <- !sum_scal, <- sum_plus, <- sum_minus. apply sum_ext. intros i Li. destruct (H i Li) as (P & Hs & Ht).
  rewrite kernel_self by easy. rewrite <- !sum_scal.
  rewrite (sum_ext i _ (fun i' => (p + q) * (p + q) * hv d (W i) (W i'))) by (intros i' L; apply kernel_apart; now apply Hs).
  rewrite (sum_ext k _ (fun j => (p + q) * (p + q) * hv d (W i) (V j))) by (intros j L; apply kernel_apart; now apply Ht).
  rewrite !sum_scal. field.
Qed.

End Loss.
