(** Which functions are admissible: sums, multiples, products [u.x]_+ [v.x]_+, and what
    becomes of them under a matrix. *)
From Coq Require Import Reals Lra Lia Arith Psatz FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Certify Require Import Statement StatementOfRisk Sums.
Open Scope R_scope.

Lemma relu_pos t : 0 <= t -> relu t = t.
Proof. apply Rmax_right. Qed.

Lemma relu_neg t : t <= 0 -> relu t = 0.
Proof. apply Rmax_left. Qed.

Lemma relu_abs t : relu t = / 2 * (t + Rabs t).
Proof. destruct (Rle_dec 0 t); [rewrite relu_pos, Rabs_pos_eq|rewrite relu_neg, Rabs_left1]; lra.
  Qed.

Lemma relu_scal c t : 0 <= c -> relu (c * t) = c * relu t.
Proof. intros H. rewrite !relu_abs, Rabs_mult, (Rabs_pos_eq c) by easy. ring. Qed.

Lemma relu_bounds t : 0 <= relu t <= Rabs t.
Proof. rewrite relu_abs. unfold Rabs. destruct (Rcase_abs t); lra. Qed.

Lemma relu_lipschitz s t : Rabs (relu s - relu t) <= Rabs (s - t).
Proof. rewrite !relu_abs. unfold Rabs. destruct (Rcase_abs s), (Rcase_abs t), (Rcase_abs (s - t)),
  (Rcase_abs _); lra. Qed.

Lemma relu_continuous t : continuous relu t.
Proof.
  apply filterlim_locally. intros e. exists e. intros y H.
    unfold ball in *; simpl in *; unfold AbsRing_ball, abs, minus, plus, opp in *; simpl in *.
  apply Rle_lt_trans with (2 := H). apply relu_lipschitz.
Qed.

(** Continuity by filters: the neighbourhoods of x in R^d. *)
Definition near (d : nat) (x : vector) (P : vector -> Prop) : Prop :=
  exists del, 0 < del /\ forall y, (forall a, (a < d)%nat -> Rabs (y a - x a) < del) -> P y.

Global Instance near_filter d x : Filter (near d x).
Proof.
  constructor.
  - exists 1. split; [lra|easy].
  - intros P Q [p [Pp Hp]] [q [Pq Hq]]. exists (Rmin p q). split; [now apply Rmin_pos|]. intros y H.
    split.
    + apply Hp. intros a L. apply Rlt_le_trans with (1 := H a L), Rmin_l.
    + apply Hq. intros a L. apply Rlt_le_trans with (1 := H a L), Rmin_r.
  - intros P Q H [p [Pp Hp]]. exists p. auto.
Qed.

Lemma continuous_filter d f : continuous_in d f <-> forall x,
  filterlim f (near d x) (locally (f x)).
Proof.
  split.
  - intros H x. apply filterlim_locally. intros e. destruct (H x e (cond_pos e)) as [p [P Hp]].
    exists p. split; [easy|exact Hp].
  - intros H x e P. exact (proj1 (filterlim_locally f (f x)) (H x) (mkposreal e P)).
Qed.

Lemma coordinate_lim d x a : (a < d)%nat -> filterlim (fun y :
  vector => y a) (near d x) (locally (x a)).
Proof. intros L. apply filterlim_locally. intros e. exists e. split; [apply cond_pos|]. intros y H.
  exact (H a L). Qed.

Lemma plus_lim d x (f g : vector -> R) p q : filterlim f (near d x) (locally p) ->
  filterlim g (near d x) (locally q) ->
  filterlim (fun y => f y + g y) (near d x) (locally (p + q)).
Proof. intros Hf Hg. exact (filterlim_comp_2 (G := locally p) (H :=
  locally q) f g Rplus Hf Hg (filterlim_plus (V := R_NormedModule) p q)). Qed.

Lemma mult_lim d x (f g : vector -> R) p q : filterlim f (near d x) (locally p) ->
  filterlim g (near d x) (locally q) ->
  filterlim (fun y => f y * g y) (near d x) (locally (p * q)).
Proof. intros Hf Hg. exact (filterlim_comp_2 (G := locally p) (H :=
  locally q) f g Rmult Hf Hg (filterlim_mult (K := R_AbsRing) p q)). Qed.

Lemma const_lim d x (c : R) : filterlim (fun _ : vector => c) (near d x) (locally c).
Proof. apply filterlim_const. Qed.

Lemma dot_lim d u x : filterlim (dot d u) (near d x) (locally (dot d u x)).
Proof.
  unfold dot. assert (H : forall m, (m <= d)%nat ->
    filterlim (fun y => sum m (fun a => u a * y a)) (near d x) (locally (sum m (fun a => u a * x
    a)))).
  { induction m; intros L; simpl; [apply const_lim|]. apply plus_lim; [apply IHm; lia|].
    apply mult_lim; [apply const_lim|apply coordinate_lim; lia]. }
  now apply H.
Qed.

Lemma dot_square_le d u : exists c, 0 <= c /\ forall x, dot d u x * dot d u x <= c * dot d x x.
Proof.
  unfold dot. induction d as [|d [c [P H]]]; simpl.
  - exists 0. split; [lra|]. intros. lra.
  - exists (2 * c + 2 * (u d * u d)). split; [nra|]. intros x. specialize (H x).
    set (p := sum d (fun a => u a * x a)) in *. pose proof (dot_nonneg d x) as Q. unfold dot in Q.
    set (q := sum d (fun a => x a * x a)) in *.
    assert (0 <= (p - u d * x d) * (p - u d * x d)) by apply Rle_0_sqr.
    assert (0 <= u d * u d) by apply Rle_0_sqr. assert (0 <= x d * x d) by apply Rle_0_sqr.
    assert (0 <= (u d * u d) * q) by now apply Rmult_le_pos.
      assert (0 <= c * (x d * x d)) by now apply Rmult_le_pos.
    nra.
Qed.

Lemma apply_square_le d Q m : exists c, 0 <= c /\ forall x, dot m (apply d Q x) (apply d Q x) <=
  c * dot d x x.
Proof.
  unfold dot at 1. induction m as [|m [c [P H]]]; simpl.
  - exists 0. split; [lra|]. intros. lra.
  - destruct (dot_square_le d (Q m)) as [c' [P' H']]. exists (c + c'). split; [lra|]. intros x.
    specialize (H x). specialize (H' x). unfold apply at 3 4. lra.
Qed.

Lemma admissible_plus d f g : admissible d f -> admissible d g -> admissible d (fun x => f x + g x).
Proof.
  intros [F1 [c F2]] [G1 [c' G2]]. split.
  - rewrite continuous_filter in *. intros x. now apply plus_lim.
  - exists (c + c'). intros x. specialize (F2 x). specialize (G2 x).
    pose proof (Rabs_triang (f x) (g x)). lra.
Qed.

Lemma admissible_scal d c f : admissible d f -> admissible d (fun x => c * f x).
Proof.
  intros [F1 [c' F2]]. split.
  - rewrite continuous_filter in *. intros x. apply mult_lim; [apply const_lim|easy].
  - exists (Rabs c * c'). intros x. rewrite Rabs_mult, Rmult_assoc.
    apply Rmult_le_compat_l; [apply Rabs_pos|auto].
Qed.

Lemma admissible_zero d : admissible d (fun _ => 0).
Proof. split; [apply continuous_filter; intros; apply const_lim|]. exists 0. intros.
  rewrite Rabs_R0. lra. Qed.

Lemma admissible_sum d m (f : nat -> vector -> R) : (forall i, (i < m)%nat -> admissible d (f i)) ->
  admissible d (fun x => sum m (fun i => f i x)).
Proof.
  induction m; simpl; intros H; [apply admissible_zero|].
  apply (admissible_plus d (fun x => sum m (fun i => f i x)) (f m)); auto with arith.
Qed.

(** Continuity: each of the d coordinates of Q y is near that of Q x, by induction over them.
    Growth: |Q x|^2 <= c |x|^2. *)
Lemma admissible_apply d Q f : admissible d f -> admissible d (fun x => f (apply d Q x)).
Proof.
  intros [F1 [c F2]]. split.
  - intros x e P. destruct (F1 (apply d Q x) e P) as [p [Pp Hp]].
    assert (H : forall m, near d x (fun y => forall a, (a < m)%nat ->
      Rabs (apply d Q y a - apply d Q x a) < p)).
    { induction m as [|m IH]; [apply filter_forall; intros; lia|].
      pose proof (proj1 (filterlim_locally _ _) (dot_lim d (Q m) x) (mkposreal p Pp)) as K.
        generalize (filter_and _ _ IH K).
      apply filter_imp. intros y [A B] a L. destruct (Nat.eq_dec a m) as [->|]; [exact B|]. apply A.
        lia. }
    destruct (H d) as [r [Pr Hr]]. exists r. split; [easy|]. intros y Hy. apply Hp. now apply Hr.
  - destruct (apply_square_le d Q d) as [c' [P H]]. exists (Rabs c * (1 + c')). intros x.
    specialize (F2 (apply d Q x)). specialize (H x). pose proof (dot_nonneg d x).
      pose proof (dot_nonneg d (apply d Q x)).
    apply Rle_trans with (1 := F2). apply Rle_trans with (Rabs c * (1 + dot d (apply d Q x) (apply d
      Q x))).
    + apply Rmult_le_compat_r; [lra|apply Rle_abs].
    + rewrite Rmult_assoc. apply Rmult_le_compat_l; [apply Rabs_pos|]. nra.
Qed.

(** Growth: |s t| <= s^2 + t^2, and both squares are at most a multiple of |x|^2. *)
Lemma admissible_product d u v (p q : R -> R) : (forall t, Rabs (p t) <= Rabs t) -> (forall t,
  Rabs (q t) <= Rabs t) ->
  (forall t, continuous p t) -> (forall t, continuous q t) ->
  admissible d (fun x => p (dot d u x) * q (dot d v x)).
Proof.
  intros Hp Hq Cp Cq. split.
  - apply continuous_filter. intros x. apply mult_lim; eapply filterlim_comp; try apply dot_lim;
    [apply Cp|apply Cq].
  - destruct (dot_square_le d u) as [c [P H]]. destruct (dot_square_le d v) as [c' [P' H']].
    exists (c + c'). intros x.
    specialize (H x). specialize (H' x). specialize (Hp (dot d u x)). specialize (Hq (dot d v x)).
      pose proof (dot_nonneg d x) as N.
    rewrite Rabs_mult. set (s := dot d u x) in *. set (t := dot d v x) in *.
    assert (Rabs (p s) * Rabs (q t) <= Rabs s * Rabs t) by (apply Rmult_le_compat;
      try apply Rabs_pos; easy).
    assert (Rabs s * Rabs s = s * s) by (rewrite <- Rabs_mult; apply Rabs_pos_eq; apply Rle_0_sqr).
    assert (Rabs t * Rabs t = t * t) by (rewrite <- Rabs_mult; apply Rabs_pos_eq; apply Rle_0_sqr).
    assert (0 <= (Rabs s - Rabs t) * (Rabs s - Rabs t)) by apply Rle_0_sqr.
    assert (0 <= Rabs s * Rabs s) by (apply Rle_0_sqr).
      assert (0 <= Rabs t * Rabs t) by (apply Rle_0_sqr). nra.
Qed.

Lemma admissible_square d u : admissible d (fun x => dot d u x * dot d u x).
Proof. apply (admissible_product d u u (fun t => t) (fun t => t)); intros; try apply continuous_id;
  lra. Qed.

Lemma admissible_relu d u v : admissible d (fun x => relu (dot d u x) * relu (dot d v x)).
Proof.
  apply (admissible_product d u v relu relu); intros; try apply relu_continuous;
    rewrite Rabs_pos_eq; apply relu_bounds.
Qed.
