(** The kernel is an expectation (lemma 1 of proofs/lemmas), and the loss is 1/2 E (sum_i [w_i.x]_+ - sum_j [v_j.x]_+)^2.

    No integral over R^d is needed. Of E, the record [expectation] asks: it is linear, monotone, does not change under orthogonal
    matrices, and E (u.x)^2 = |u|^2, all of it for continuous functions on R^d of at most quadratic growth only. *)
From Coq Require Import Reals Lra Lia Arith Psatz FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Certify Require Import Statement Sums.
Open Scope R_scope.

(** * What is stated *)

Definition relu (t : R) : R := Rmax 0 t.

(** Continuous functions of the first d coordinates of x that grow at most like |x|^2. *)
Definition continuous_in (d : nat) (f : vector -> R) : Prop := forall x eps, 0 < eps ->
  exists del, 0 < del /\ forall y, (forall a, (a < d)%nat -> Rabs (y a - x a) < del) -> Rabs (f y - f x) < eps.
Definition at_most_quadratic (d : nat) (f : vector -> R) : Prop := exists c, forall x, Rabs (f x) <= c * (1 + dot d x x).
Definition admissible (d : nat) (f : vector -> R) : Prop := continuous_in d f /\ at_most_quadratic d f.

(** Q x, and matrices with orthonormal rows. *)
Definition apply (d : nat) (Q : matrix) (x : vector) : vector := fun a => dot d (Q a) x.
Definition orthogonal (d : nat) (Q : matrix) : Prop :=
  forall a b, (a < d)%nat -> (b < d)%nat -> dot d (Q a) (Q b) = if (a =? b)%nat then 1 else 0.

(** The expectation over x ~ N(0, I_d) satisfies all five (not proved here; Circle.v has an example for d = 2): an admissible f is measurable, depends on x_0 .. x_(d-1) only and is integrable,
    since |x|^2 is; the integral is linear and monotone; N(0, I_d) is invariant under orthogonal matrices; u.x ~ N(0, |u|^2). *)
Record expectation (d : nat) (E : (vector -> R) -> R) : Prop := {
  E_plus : forall f g, admissible d f -> admissible d g -> E (fun x => f x + g x) = E f + E g;
  E_scal : forall c f, admissible d f -> E (fun x => c * f x) = c * E f;
  E_le : forall f g, admissible d f -> admissible d g -> (forall x, f x <= g x) -> E f <= E g;
  E_orthogonal : forall Q f, orthogonal d Q -> admissible d f -> E (fun x => f (apply d Q x)) = E f;
  E_square : forall u, E (fun x => dot d u x * dot d u x) = dot d u u }.

(** 1/2 E (sum_i [w_i.x]_+ - sum_j [v_j.x]_+)^2 *)
Definition difference (n k d : nat) (V W : matrix) (x : vector) : R :=
  sum n (fun i => relu (dot d (W i) x)) - sum k (fun j => relu (dot d (V j) x)).
Definition risk (E : (vector -> R) -> R) (n k d : nat) (V W : matrix) : R :=
  1 / 2 * E (fun x => difference n k d V W x * difference n k d V W x).

(** [spurious_minimum] of Statement.v with the risk in place of the loss: W serves every dimension D >= d and every expectation. *)
Definition spurious_minimum_of_risk (n k d : nat) (C : matrix) (delta low high : R) : Prop :=
  exists W : matrix, forall D E, (d <= D)%nat -> expectation D E ->
    strict_local_min n D (risk E n k D units) W /\ distance n D W C <= delta /\
    0 < low /\ low <= risk E n k D units W <= high /\ risk E n k D units (copy k) = 0.

(** * Admissible functions *)

Lemma relu_pos t : 0 <= t -> relu t = t.
Proof. apply Rmax_right. Qed.

Lemma relu_neg t : t <= 0 -> relu t = 0.
Proof. apply Rmax_left. Qed.

Lemma relu_abs t : relu t = / 2 * (t + Rabs t).
Proof. destruct (Rle_dec 0 t); [rewrite relu_pos, Rabs_pos_eq|rewrite relu_neg, Rabs_left1]; lra. Qed.

Lemma relu_scal c t : 0 <= c -> relu (c * t) = c * relu t.
Proof. intros H. rewrite !relu_abs, Rabs_mult, (Rabs_pos_eq c) by easy. ring. Qed.

Lemma relu_bounds t : 0 <= relu t <= Rabs t.
Proof. rewrite relu_abs. unfold Rabs. destruct (Rcase_abs t); lra. Qed.

Lemma relu_lipschitz s t : Rabs (relu s - relu t) <= Rabs (s - t).
Proof. rewrite !relu_abs. unfold Rabs. destruct (Rcase_abs s), (Rcase_abs t), (Rcase_abs (s - t)), (Rcase_abs _); lra. Qed.

Lemma relu_continuous t : continuous relu t.
Proof.
  apply filterlim_locally. intros e. exists e. intros y H. unfold ball in *; simpl in *; unfold AbsRing_ball, abs, minus, plus, opp in *; simpl in *.
  apply Rle_lt_trans with (2 := H). apply relu_lipschitz.
Qed.

(** Continuity by filters: the neighbourhoods of x in R^d. *)
Definition near (d : nat) (x : vector) (P : vector -> Prop) : Prop :=
  exists del, 0 < del /\ forall y, (forall a, (a < d)%nat -> Rabs (y a - x a) < del) -> P y.

Global Instance near_filter d x : Filter (near d x).
Proof.
  constructor.
  - exists 1. split; [lra|easy].
  - intros P Q [p [Pp Hp]] [q [Pq Hq]]. exists (Rmin p q). split; [now apply Rmin_pos|]. intros y H. split.
    + apply Hp. intros a L. apply Rlt_le_trans with (1 := H a L), Rmin_l.
    + apply Hq. intros a L. apply Rlt_le_trans with (1 := H a L), Rmin_r.
  - intros P Q H [p [Pp Hp]]. exists p. auto.
Qed.

Lemma continuous_filter d f : continuous_in d f <-> forall x, filterlim f (near d x) (locally (f x)).
Proof.
  split.
  - intros H x. apply filterlim_locally. intros e. destruct (H x e (cond_pos e)) as [p [P Hp]]. exists p. split; [easy|exact Hp].
  - intros H x e P. exact (proj1 (filterlim_locally f (f x)) (H x) (mkposreal e P)).
Qed.

Lemma coordinate_lim d x a : (a < d)%nat -> filterlim (fun y : vector => y a) (near d x) (locally (x a)).
Proof. intros L. apply filterlim_locally. intros e. exists e. split; [apply cond_pos|]. intros y H. exact (H a L). Qed.

Lemma plus_lim d x (f g : vector -> R) p q : filterlim f (near d x) (locally p) -> filterlim g (near d x) (locally q) ->
  filterlim (fun y => f y + g y) (near d x) (locally (p + q)).
Proof. intros Hf Hg. exact (filterlim_comp_2 (G := locally p) (H := locally q) f g Rplus Hf Hg (filterlim_plus (V := R_NormedModule) p q)). Qed.

Lemma mult_lim d x (f g : vector -> R) p q : filterlim f (near d x) (locally p) -> filterlim g (near d x) (locally q) ->
  filterlim (fun y => f y * g y) (near d x) (locally (p * q)).
Proof. intros Hf Hg. exact (filterlim_comp_2 (G := locally p) (H := locally q) f g Rmult Hf Hg (filterlim_mult (K := R_AbsRing) p q)). Qed.

Lemma const_lim d x (c : R) : filterlim (fun _ : vector => c) (near d x) (locally c).
Proof. apply filterlim_const. Qed.

Lemma dot_lim d u x : filterlim (dot d u) (near d x) (locally (dot d u x)).
Proof.
  unfold dot. assert (H : forall m, (m <= d)%nat -> filterlim (fun y => sum m (fun a => u a * y a)) (near d x) (locally (sum m (fun a => u a * x a)))).
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
    assert (0 <= (u d * u d) * q) by now apply Rmult_le_pos. assert (0 <= c * (x d * x d)) by now apply Rmult_le_pos.
    nra.
Qed.

Lemma apply_square_le d Q m : exists c, 0 <= c /\ forall x, dot m (apply d Q x) (apply d Q x) <= c * dot d x x.
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
  - exists (c + c'). intros x. specialize (F2 x). specialize (G2 x). pose proof (Rabs_triang (f x) (g x)). lra.
Qed.

Lemma admissible_scal d c f : admissible d f -> admissible d (fun x => c * f x).
Proof.
  intros [F1 [c' F2]]. split.
  - rewrite continuous_filter in *. intros x. apply mult_lim; [apply const_lim|easy].
  - exists (Rabs c * c'). intros x. rewrite Rabs_mult, Rmult_assoc. apply Rmult_le_compat_l; [apply Rabs_pos|auto].
Qed.

Lemma admissible_zero d : admissible d (fun _ => 0).
Proof. split; [apply continuous_filter; intros; apply const_lim|]. exists 0. intros. rewrite Rabs_R0. lra. Qed.

Lemma admissible_sum d m (f : nat -> vector -> R) : (forall i, (i < m)%nat -> admissible d (f i)) -> admissible d (fun x => sum m (fun i => f i x)).
Proof.
  induction m; simpl; intros H; [apply admissible_zero|].
  apply (admissible_plus d (fun x => sum m (fun i => f i x)) (f m)); auto with arith.
Qed.

Lemma admissible_apply d Q f : admissible d f -> admissible d (fun x => f (apply d Q x)).
Proof.
  intros [F1 [c F2]]. split.
  - intros x e P. destruct (F1 (apply d Q x) e P) as [p [Pp Hp]].
    assert (H : forall m, near d x (fun y => forall a, (a < m)%nat -> Rabs (apply d Q y a - apply d Q x a) < p)).
    { induction m as [|m IH]; [apply filter_forall; intros; lia|].
      pose proof (proj1 (filterlim_locally _ _) (dot_lim d (Q m) x) (mkposreal p Pp)) as K. generalize (filter_and _ _ IH K).
      apply filter_imp. intros y [A B] a L. destruct (Nat.eq_dec a m) as [->|]; [exact B|]. apply A. lia. }
    destruct (H d) as [r [Pr Hr]]. exists r. split; [easy|]. intros y Hy. apply Hp. now apply Hr.
  - destruct (apply_square_le d Q d) as [c' [P H]]. exists (Rabs c * (1 + c')). intros x.
    specialize (F2 (apply d Q x)). specialize (H x). pose proof (dot_nonneg d x). pose proof (dot_nonneg d (apply d Q x)).
    apply Rle_trans with (1 := F2). apply Rle_trans with (Rabs c * (1 + dot d (apply d Q x) (apply d Q x))).
    + apply Rmult_le_compat_r; [lra|apply Rle_abs].
    + rewrite Rmult_assoc. apply Rmult_le_compat_l; [apply Rabs_pos|]. nra.
Qed.

Lemma admissible_product d u v (p q : R -> R) : (forall t, Rabs (p t) <= Rabs t) -> (forall t, Rabs (q t) <= Rabs t) ->
  (forall t, continuous p t) -> (forall t, continuous q t) ->
  admissible d (fun x => p (dot d u x) * q (dot d v x)).
Proof.
  intros Hp Hq Cp Cq. split.
  - apply continuous_filter. intros x. apply mult_lim; eapply filterlim_comp; try apply dot_lim; [apply Cp|apply Cq].
  - destruct (dot_square_le d u) as [c [P H]]. destruct (dot_square_le d v) as [c' [P' H']]. exists (c + c'). intros x.
    specialize (H x). specialize (H' x). specialize (Hp (dot d u x)). specialize (Hq (dot d v x)). pose proof (dot_nonneg d x) as N.
    rewrite Rabs_mult. set (s := dot d u x) in *. set (t := dot d v x) in *.
    assert (Rabs (p s) * Rabs (q t) <= Rabs s * Rabs t) by (apply Rmult_le_compat; try apply Rabs_pos; easy).
    assert (Rabs s * Rabs s = s * s) by (rewrite <- Rabs_mult; apply Rabs_pos_eq; apply Rle_0_sqr).
    assert (Rabs t * Rabs t = t * t) by (rewrite <- Rabs_mult; apply Rabs_pos_eq; apply Rle_0_sqr).
    assert (0 <= (Rabs s - Rabs t) * (Rabs s - Rabs t)) by apply Rle_0_sqr.
    assert (0 <= Rabs s * Rabs s) by (apply Rle_0_sqr). assert (0 <= Rabs t * Rabs t) by (apply Rle_0_sqr). nra.
Qed.

Lemma admissible_square d u : admissible d (fun x => dot d u x * dot d u x).
Proof. apply (admissible_product d u u (fun t => t) (fun t => t)); intros; try apply continuous_id; lra. Qed.

Lemma admissible_relu d u v : admissible d (fun x => relu (dot d u x) * relu (dot d v x)).
Proof.
  apply (admissible_product d u v relu relu); intros; try apply relu_continuous; rewrite Rabs_pos_eq; apply relu_bounds.
Qed.

(** * The integral over the angle *)

Definition pulse (th t : R) : R := relu (cos t) * relu (cos (t - th)).
Definition area (th : R) : R := ((PI - th) * cos th + sin th) / 2.

Lemma cos_lipschitz s t : Rabs (cos s - cos t) <= Rabs (s - t).
Proof.
  destruct (MVT_gen cos t s (fun x => - sin x)) as [c [_ H]].
  - intros x _. auto_derive; [easy|ring].
  - intros x _. apply continuity_cos.
  - rewrite H, Rabs_mult. rewrite <- (Rmult_1_l (Rabs (s - t))) at 2. apply Rmult_le_compat_r; [apply Rabs_pos|].
    rewrite Rabs_Ropp. apply Rabs_le. apply SIN_bound.
Qed.

Lemma relu_cos_bounds t : 0 <= relu (cos t) <= 1.
Proof. split; [apply relu_bounds|]. apply Rmax_lub; [lra|apply COS_bound]. Qed.

Lemma pulse_lipschitz th s t : Rabs (pulse th s - pulse th t) <= 2 * Rabs (s - t).
Proof.
  unfold pulse.
  replace (relu (cos s) * relu (cos (s - th)) - relu (cos t) * relu (cos (t - th)))
    with ((relu (cos s) - relu (cos t)) * relu (cos (s - th)) + relu (cos t) * (relu (cos (s - th)) - relu (cos (t - th)))) by ring.
  apply Rle_trans with (1 := Rabs_triang _ _). rewrite !Rabs_mult.
  assert (A : Rabs (relu (cos s) - relu (cos t)) <= Rabs (s - t)) by (eapply Rle_trans; [apply relu_lipschitz|apply cos_lipschitz]).
  assert (B : Rabs (relu (cos (s - th)) - relu (cos (t - th))) <= Rabs (s - t)).
  { eapply Rle_trans; [apply relu_lipschitz|]. replace (s - t) with ((s - th) - (t - th)) by ring. apply cos_lipschitz. }
  pose proof (relu_cos_bounds t) as P. pose proof (relu_cos_bounds (s - th)) as Q.
  rewrite (Rabs_pos_eq (relu (cos t))), (Rabs_pos_eq (relu (cos (s - th)))) by apply relu_bounds.
  pose proof (Rabs_pos (relu (cos s) - relu (cos t))). pose proof (Rabs_pos (relu (cos (s - th)) - relu (cos (t - th)))). nra.
Qed.

Lemma pulse_continuous th t : continuous (pulse th) t.
Proof.
  apply continuity_pt_filterlim. intros e P. exists (e / 2). split; [lra|]. intros x [_ H]. simpl in *. unfold R_dist in *.
  apply Rle_lt_trans with (1 := pulse_lipschitz th x t). lra.
Qed.

Lemma pulse_ex th a b : ex_RInt (pulse th) a b.
Proof. apply (ex_RInt_continuous (V := R_CompleteNormedModule)). intros. apply pulse_continuous. Qed.

Definition integral (th t : R) : R := RInt (pulse th) 0 t.

Lemma integral_derive th t : is_derive (integral th) t (pulse th t).
Proof.
  apply (is_derive_RInt (pulse th) (integral th) 0 t); [|apply pulse_continuous].
  exists (mkposreal 1 Rlt_0_1). intros x _. apply (RInt_correct (pulse th) 0 x), pulse_ex.
Qed.

Lemma pulse_period th t : pulse th (t + 2 * PI) = pulse th t.
Proof. 
  unfold pulse. replace (t + 2 * PI - th) with (t - th + 2 * PI) by ring. 
  now rewrite !cos_plus, !cos_2PI, !sin_2PI, !Rmult_1_r, !Rmult_0_r, !Rminus_0_r.
Qed.

(** The integral over a period does not depend on where it starts. *)
Lemma integral_period th s t : integral th (s + 2 * PI) - integral th s = integral th (t + 2 * PI) - integral th t.
Proof.
  set (g := fun x => integral th (x + 2 * PI) - integral th x).
  assert (D : forall x, is_derive g x 0).
  { intros x. replace 0 with (1 * pulse th (x + 2 * PI) - pulse th x) by (rewrite pulse_period; ring).
    apply (is_derive_minus (fun x => integral th (x + 2 * PI)) (integral th)); [|apply integral_derive].
    apply (is_derive_comp (integral th) (fun x => x + 2 * PI)); [apply integral_derive|]. auto_derive; [easy|ring]. }
  destruct (MVT_gen g t s (fun _ => 0)) as [c [_ H]].
  - intros; apply D.
  - intros x _. apply continuity_pt_filterlim. apply (ex_derive_continuous g). now exists 0.
  - unfold g in H. lra.
Qed.

Lemma integral_one_period th t : 0 <= th <= PI -> integral th (t + 2 * PI) - integral th t = area th.
Proof.
  intros B. pose proof PI_RGT_0 as P. rewrite (integral_period th t (th - PI / 2)).
  unfold integral. rewrite <- (RInt_Chasles (pulse th) 0 (th - PI / 2) (th - PI / 2 + 2 * PI)) by apply pulse_ex.
  rewrite <- (RInt_Chasles (pulse th) (th - PI / 2) (PI / 2) (th - PI / 2 + 2 * PI)) by apply pulse_ex.
  assert (Z : is_RInt (pulse th) (PI / 2) (th - PI / 2 + 2 * PI) 0).
  { apply (is_RInt_ext (fun _ => 0)).
    - rewrite Rmin_left, Rmax_right by lra. intros x [L U]. unfold pulse. destruct (Rle_dec x (3 * (PI / 2))) as [H|H].
      + rewrite (relu_neg (cos x)); [symmetry; apply Rmult_0_l|]. apply cos_le_0; lra.
      + rewrite (relu_neg (cos (x - th))); [symmetry; apply Rmult_0_r|]. apply cos_le_0; lra.
    - pose proof (is_RInt_const (V := R_NormedModule) (PI / 2) (th - PI / 2 + 2 * PI) 0) as K.
      unfold scal in K; simpl in K; unfold mult in K; simpl in K. now rewrite Rmult_0_r in K. }
  assert (A : is_RInt (pulse th) (th - PI / 2) (PI / 2) (area th)).
  { apply (is_RInt_ext (fun x => cos x * cos (x - th))).
    - rewrite Rmin_left, Rmax_right by lra. intros x [L U]. unfold pulse. rewrite !relu_pos; [easy| |]; apply cos_ge_0; lra.
    - set (G := fun x => (x * cos th + sin (2 * x - th) / 2) / 2).
      replace (area th) with (minus (G (PI / 2)) (G (th - PI / 2))).
      + apply (is_RInt_derive G).
        * intros x _. assert (K : cos x * cos (x - th) = (cos th + cos (2 * x - th)) / 2).
          { replace (2 * x - th) with (x + (x - th)) by ring. rewrite cos_plus. set (y := x - th). replace th with (x - y) by (unfold y; ring). rewrite cos_minus. field. }
          rewrite K. unfold G. auto_derive; [easy|]. unfold Rminus. field.
        * intros x _. apply (ex_derive_continuous (fun x => cos x * cos (x - th))). auto_derive. easy.
      + unfold G, area, minus, plus, opp; simpl. replace (2 * (PI / 2) - th) with (PI - th) by field. replace (2 * (th - PI / 2) - th) with (- (PI - th)) by field.
        rewrite sin_neg, sin_PI_x. field. }
  rewrite (is_RInt_unique _ _ _ _ Z), (is_RInt_unique _ _ _ _ A). unfold plus; simpl. ring.
Qed.

(** Riemann sums. *)
Lemma riemann th t del m : 0 <= del ->
  Rabs (sum m (fun l => pulse th (t + INR l * del)) * del - (integral th (t + INR m * del) - integral th t)) <= INR m * (2 * (del * del)).
Proof.
  intros P. induction m.
  - simpl. replace (t + 0 * del) with t by ring. match goal with |- Rabs ?z <= _ => replace z with 0 by ring end. rewrite Rabs_R0. lra.
  - simpl sum. rewrite S_INR. set (s := t + INR m * del) in *. replace (t + (INR m + 1) * del) with (s + del) by (unfold s; ring).
    destruct (MVT_gen (integral th) s (s + del) (pulse th)) as [c [B H]].
    + intros; apply integral_derive.
    + intros x _. apply continuity_pt_filterlim. apply (ex_derive_continuous (integral th)). eexists; apply integral_derive.
    + rewrite Rmin_left, Rmax_right in B by lra.
      assert (L : Rabs (pulse th s - pulse th c) <= 2 * del).
      { apply Rle_trans with (1 := pulse_lipschitz _ _ _). rewrite Rabs_minus_sym, Rabs_pos_eq; lra. }
      replace (s + del - s) with del in H by ring.
      set (S := sum m _) in *. replace (integral th (s + del)) with (integral th s + pulse th c * del) by lra.
      replace ((S + pulse th s) * del - (integral th s + pulse th c * del - integral th t))
        with ((S * del - (integral th s - integral th t)) + (pulse th s - pulse th c) * del) by ring.
      apply Rle_trans with (1 := Rabs_triang _ _). rewrite (Rabs_mult _ del), (Rabs_pos_eq del) by easy.
      assert (Rabs (pulse th s - pulse th c) * del <= 2 * del * del) by now apply Rmult_le_compat_r. lra.
Qed.

Definition angle (m l : nat) : R := INR l * (2 * PI / INR m).

Lemma average th t m : 0 <= th <= PI -> (0 < m)%nat ->
  Rabs (/ INR m * sum m (fun l => pulse th (t + angle m l)) - area th / (2 * PI)) <= 4 * PI / INR m.
Proof.
  intros B M. pose proof PI_RGT_0 as P. assert (PM : 0 < INR m) by now apply lt_0_INR.
  set (del := 2 * PI / INR m). assert (PD : 0 < del) by (apply Rdiv_lt_0_compat; lra).
  pose proof (riemann th t del m (Rlt_le _ _ PD)) as H.
  replace (t + INR m * del) with (t + 2 * PI) in H by (unfold del; field; lra).
  rewrite integral_one_period in H by easy. unfold angle. fold del. set (S := sum m _) in *.
  replace (/ INR m * S - area th / (2 * PI)) with (/ (2 * PI) * (S * del - area th)) by (unfold del; field; lra).
  rewrite Rabs_mult, Rabs_pos_eq by (left; apply Rinv_0_lt_compat; lra).
  apply Rmult_le_reg_l with (2 * PI); [lra|]. rewrite <- Rmult_assoc, Rinv_r, Rmult_1_l by lra.
  replace (2 * PI * (4 * PI / INR m)) with (INR m * (2 * (del * del))) by (unfold del; field; lra). easy.
Qed.

(** * Rotations *)

Lemma dot_combine d e p a q b x : dot d (fun i => e i + p * a i + q * b i) x = dot d e x + p * dot d a x + q * dot d b x.
Proof. unfold dot. rewrite <- !sum_scal, <- !sum_plus. apply sum_ext. intros. ring. Qed.

Lemma dot_scal_l d c u x : dot d (fun i => c * u i) x = c * dot d u x.
Proof. unfold dot. rewrite <- sum_scal. apply sum_ext. intros. ring. Qed.

Lemma dot_units_l d u j : (j < d)%nat -> dot d (units j) u = u j.
Proof. intros. rewrite dot_comm. now apply dot_units. Qed.

(** By the angle al in the plane of a and b. *)
Definition rotation (a b : vector) (al : R) : matrix := fun i j =>
  units i j + ((cos al - 1) * a i + sin al * b i) * a j + ((cos al - 1) * b i - sin al * a i) * b j.

Section Plane.

Variables (d : nat) (a b : vector).
Hypothesis (aa : dot d a a = 1) (bb : dot d b b = 1) (ab : dot d a b = 0).

Lemma ba : dot d b a = 0.
Proof. now rewrite dot_comm. Qed.

Lemma rotation_orthogonal al : orthogonal d (rotation a b al).
Proof.
  intros i j Li Lj. unfold rotation at 1. rewrite dot_combine, dot_units_l by easy.
  rewrite (dot_comm d a (rotation a b al j)), (dot_comm d b (rotation a b al j)). unfold rotation at 2 3. rewrite !dot_combine, !dot_units_l by easy.
  rewrite aa, bb, ab, ba. unfold rotation.
  replace (if (i =? j)%nat then 1 else 0) with (units j i) by (unfold units; now rewrite Nat.eqb_sym).
  assert (C : sin al * sin al = 1 - cos al * cos al) by (pose proof (sin2_cos2 al) as H; unfold Rsqr in H; lra).
  ring_simplify. replace (sin al ^ 2) with (1 - cos al * cos al) by (rewrite <- C; ring). ring.
Qed.

Lemma rotation_apply al x i : (i < d)%nat -> apply d (rotation a b al) x i =
  x i + ((cos al - 1) * dot d a x - sin al * dot d b x) * a i + (sin al * dot d a x + (cos al - 1) * dot d b x) * b i.
Proof. intros L. unfold apply, rotation. rewrite dot_combine, dot_units_l by easy. ring. Qed.

Lemma rotation_dot al x u : dot d u (apply d (rotation a b al) x) = dot d u x
  + ((cos al - 1) * dot d a x - sin al * dot d b x) * dot d u a + (sin al * dot d a x + (cos al - 1) * dot d b x) * dot d u b.
Proof.
  rewrite (dot_ext d u u _ (fun i => x i + ((cos al - 1) * dot d a x - sin al * dot d b x) * a i + (sin al * dot d a x + (cos al - 1) * dot d b x) * b i)).
  - rewrite dot_comm, dot_combine, !(dot_comm d _ u). easy.
  - easy.
  - intros. now apply rotation_apply.
Qed.

Lemma rotation_a al x : dot d a (apply d (rotation a b al) x) = cos al * dot d a x - sin al * dot d b x.
Proof. rewrite rotation_dot, aa, ab. ring. Qed.

Lemma rotation_b al x : dot d b (apply d (rotation a b al) x) = sin al * dot d a x + cos al * dot d b x.
Proof. rewrite rotation_dot, bb, ba. ring. Qed.

End Plane.

Lemma polar A B : exists rho phi, 0 <= rho /\ rho * rho = A * A + B * B /\ A = rho * cos phi /\ B = rho * sin phi.
Proof.
  set (rho := sqrt (A * A + B * B)).
  assert (A2 : 0 <= A * A) by apply Rle_0_sqr. assert (B2 : 0 <= B * B) by apply Rle_0_sqr.
  assert (Q : rho * rho = A * A + B * B) by (apply sqrt_sqrt; lra).
  assert (P : 0 <= rho) by apply sqrt_pos.
  destruct (Req_dec rho 0) as [Z|NZ].
  { exists 0, 0. assert (A * A = 0 /\ B * B = 0) as [ZA ZB] by (rewrite Z in Q; split; lra).
    assert (A = 0) by nra. assert (B = 0) by nra. subst A B. repeat split; lra. }
  assert (P' : 0 < rho) by lra.
  assert (L : -1 <= A / rho <= 1).
  { assert (- rho <= A <= rho) by (split; nra). split.
    - apply Rmult_le_reg_r with rho; [easy|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra.
    - apply Rmult_le_reg_r with rho; [easy|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra. }
  assert (S : sin (acos (A / rho)) = Rabs B / rho).
  { rewrite sin_acos by easy. unfold Rsqr. replace (1 - A / rho * (A / rho)) with ((Rabs B / rho) * (Rabs B / rho)).
    - apply sqrt_square. apply Rmult_le_pos; [apply Rabs_pos|left; now apply Rinv_0_lt_compat].
    - assert (Rabs B * Rabs B = rho * rho - A * A) as E by (rewrite <- Rabs_mult, Rabs_pos_eq by easy; lra).
      replace (Rabs B / rho * (Rabs B / rho)) with (Rabs B * Rabs B / (rho * rho)) by (field; lra). rewrite E. field. lra. }
  destruct (Rle_dec 0 B) as [PB|NB].
  - exists rho, (acos (A / rho)). rewrite cos_acos, S, Rabs_pos_eq by easy. repeat split; try easy; field; lra.
  - exists rho, (- acos (A / rho)). rewrite cos_neg, sin_neg, cos_acos, S, Rabs_left1 by lra. repeat split; try easy; field; lra.
Qed.

(** * The identity *)

Section Expectation.

Variables (d : nat) (E : (vector -> R) -> R).
Hypothesis (HE : expectation d E).

Lemma E_ext f g : (forall x, f x = g x) -> E f = E g.
Proof. intros H. f_equal. now apply functional_extensionality. Qed.

Lemma E_zero : E (fun _ => 0) = 0.
Proof.
  rewrite (E_ext (fun _ => 0) (fun x => 0 * (fun _ => 0) x)) by (intros; ring).
  rewrite (E_scal d E HE) by apply admissible_zero. ring.
Qed.

Lemma E_sum m (f : nat -> vector -> R) : (forall i, (i < m)%nat -> admissible d (f i)) ->
  E (fun x => sum m (fun i => f i x)) = sum m (fun i => E (f i)).
Proof.
  induction m; simpl; intros H; [apply E_zero|].
  rewrite (E_plus d E HE (fun x => sum m (fun i => f i x)) (f m)), IHm; auto with arith.
  apply admissible_sum. auto with arith.
Qed.

Section Turn.

Variables (a b : vector) (th N : R) (f : vector -> R).
Hypothesis (aa : dot d a a = 1) (bb : dot d b b = 1) (ab : dot d a b = 0) (Bth : 0 <= th <= PI) (PN : 0 <= N) (Hf : admissible d f).
(* f (x turned by al) = N rho^2 pulse (phi + al), where rho and phi are the polar coordinates of (a.x, b.x) *)
Hypothesis (turned : forall x, exists rho phi, rho * rho = dot d a x * dot d a x + dot d b x * dot d b x /\
  forall al, f (apply d (rotation a b al) x) = N * (rho * rho) * pulse th (phi + al)).

Let r (x : vector) := dot d a x * dot d a x + dot d b x * dot d b x.

Lemma r_admissible : admissible d r.
Proof. apply (admissible_plus d (fun x => dot d a x * dot d a x) (fun x => dot d b x * dot d b x)); apply admissible_square. Qed.

Lemma E_r : E r = 2.
Proof.
  unfold r. rewrite (E_plus d E HE (fun x => dot d a x * dot d a x) (fun x => dot d b x * dot d b x)) by apply admissible_square.
  rewrite !(E_square d E HE), aa, bb. ring.
Qed.

Let mean m x := / INR m * sum m (fun l => f (apply d (rotation a b (angle m l)) x)).

Lemma mean_admissible m : admissible d (mean m).
Proof.
  apply (admissible_scal d (/ INR m) (fun x => sum m (fun l => f (apply d (rotation a b (angle m l)) x)))).
  apply (admissible_sum d m (fun l x => f (apply d (rotation a b (angle m l)) x))). intros. now apply admissible_apply.
Qed.

Lemma E_mean m : (0 < m)%nat -> E (mean m) = E f.
Proof.
  intros M. apply lt_0_INR in M. unfold mean.
  rewrite (E_scal d E HE (/ INR m) (fun x => sum m (fun l => f (apply d (rotation a b (angle m l)) x)))).
  2:{ apply (admissible_sum d m (fun l x => f (apply d (rotation a b (angle m l)) x))). intros. now apply admissible_apply. }
  rewrite (E_sum m (fun l x => f (apply d (rotation a b (angle m l)) x))) by (intros; now apply admissible_apply).
  rewrite (sum_ext m _ (fun _ => E f)).
  - rewrite sum_const. field. lra.
  - intros. apply (E_orthogonal d E HE); [|easy]. now apply rotation_orthogonal.
Qed.

Lemma mean_near m x : (0 < m)%nat -> Rabs (mean m x - N * (area th / (2 * PI)) * r x) <= N * (4 * PI / INR m) * r x.
Proof.
  intros M. destruct (turned x) as [rho [phi [Q T]]]. unfold mean, r. rewrite <- Q.
  rewrite (sum_ext m _ (fun l => N * (rho * rho) * pulse th (phi + angle m l))) by (intros; apply T). rewrite sum_scal.
  set (S := sum m (fun l => pulse th (phi + angle m l))).
  replace (/ INR m * (N * (rho * rho) * S) - N * (area th / (2 * PI)) * (rho * rho)) with (N * (rho * rho) * (/ INR m * S - area th / (2 * PI))) by ring.
  assert (P : 0 <= N * (rho * rho)) by (apply Rmult_le_pos; [easy|apply Rle_0_sqr]).
  rewrite Rabs_mult, (Rabs_pos_eq _ P).
  replace (N * (4 * PI / INR m) * (rho * rho)) with (N * (rho * rho) * (4 * PI / INR m)) by ring.
  apply Rmult_le_compat_l; [easy|]. now apply average.
Qed.

Lemma E_near m : (0 < m)%nat -> Rabs (E f - N * area th / PI) <= 8 * PI * N * / INR m.
Proof.
  intros M. pose proof PI_RGT_0 as P. assert (PM : 0 < INR m) by now apply lt_0_INR. rewrite <- (E_mean m M).
  assert (U : E (mean m) <= E (fun x => (N * (area th / (2 * PI)) + N * (4 * PI / INR m)) * r x)).
  { apply (E_le d E HE); [apply mean_admissible|apply admissible_scal, r_admissible|].
    intros x. pose proof (Rabs_le_inv _ _ (mean_near m x M)). lra. }
  assert (L : E (fun x => (N * (area th / (2 * PI)) - N * (4 * PI / INR m)) * r x) <= E (mean m)).
  { apply (E_le d E HE); [apply admissible_scal, r_admissible|apply mean_admissible|].
    intros x. pose proof (Rabs_le_inv _ _ (mean_near m x M)). lra. }
  rewrite (E_scal d E HE _ r r_admissible), E_r in U. rewrite (E_scal d E HE _ r r_admissible), E_r in L.
  replace (N * area th / PI) with (N * (area th / (2 * PI)) * 2) by (field; lra).
  replace (8 * PI * N * / INR m) with (N * (4 * PI / INR m) * 2) by (field; lra).
  apply Rabs_le. lra.
Qed.

Lemma E_turned : E f = N * area th / PI.
Proof.
  pose proof PI_RGT_0 as P. set (z := E f - N * area th / PI). cut (z = 0); [unfold z; lra|].
  destruct (Req_dec z 0) as [Z|NZ]; [easy|]. apply Rabs_pos_lt in NZ. exfalso.
  assert (PK : 0 <= 8 * PI * N) by (apply Rmult_le_pos; lra).
  destruct (archimed_cor1 (Rabs z / (8 * PI * N + 1))) as [m [S M]]; [apply Rdiv_lt_0_compat; lra|].
  pose proof (E_near m M) as H. fold z in H. set (K := 8 * PI * N) in *.
  assert (H' : K * / INR m <= K * (Rabs z / (K + 1))) by (apply Rmult_le_compat_l; lra).
  assert (K * (Rabs z / (K + 1)) < Rabs z); [|lra].
  apply Rmult_lt_reg_r with (K + 1); [lra|]. replace (K * (Rabs z / (K + 1)) * (K + 1)) with (K * Rabs z) by (field; lra). lra.
Qed.

End Turn.

Lemma E_plane a b u v U V th : dot d a a = 1 -> dot d b b = 1 -> dot d a b = 0 -> 0 <= th <= PI -> 0 <= U -> 0 <= V ->
  (forall x, dot d u x = U * dot d a x) -> (forall x, dot d v x = V * (cos th * dot d a x + sin th * dot d b x)) ->
  E (fun x => relu (dot d u x) * relu (dot d v x)) = U * V * area th / PI.
Proof.
  intros aa bb ab Bth PU PV Hu Hv. apply (E_turned a b); try easy; [now apply Rmult_le_pos|apply admissible_relu|].
  intros x. destruct (polar (dot d a x) (dot d b x)) as [rho [phi [P [Q [HA HB]]]]]. exists rho, phi. split; [easy|].
  intros al. rewrite Hu, Hv, rotation_a, rotation_b by easy. rewrite HA, HB. unfold pulse.
  replace (U * (cos al * (rho * cos phi) - sin al * (rho * sin phi))) with (U * (rho * cos (phi + al))) by (rewrite cos_plus; ring).
  replace (V * _) with (V * (rho * cos (phi + al - th))) by (rewrite cos_minus, cos_plus, sin_plus; ring).
  rewrite !relu_scal by easy. ring.
Qed.

Lemma E_half u : E (fun x => relu (dot d u x) * relu (dot d u x)) = dot d u u / 2.
Proof.
  set (f := fun x => relu (dot d u x) * relu (dot d u x)). set (Q := fun i j => - units i j : R).
  assert (Hf : admissible d f) by apply admissible_relu.
  assert (Z : forall x, dot d u (apply d Q x) = - dot d u x).
  { intros x. replace (- dot d u x) with (-1 * dot d u x) by ring. rewrite <- (dot_scal_l d (-1) u x). apply sum_ext. intros i L. unfold apply, Q.
    replace (dot d (fun j => - units i j) x) with (- x i); [ring|].
    rewrite <- (dot_units_l d x i L). replace (- dot d (units i) x) with (-1 * dot d (units i) x) by ring. rewrite <- dot_scal_l. apply dot_ext; intros; ring. }
  assert (S : E (fun x => f (apply d Q x)) = E f).
  { apply (E_orthogonal d E HE); [|easy]. intros i j Li Lj. unfold Q.
    rewrite (dot_ext d _ (fun k => -1 * units i k) _ (fun k => -1 * units j k)) by (intros; ring).
    rewrite dot_scal_l, dot_comm, dot_scal_l, dot_units by easy. unfold units. rewrite Nat.eqb_sym. destruct (i =? j)%nat; ring. }
  assert (T : E (fun x => f x + f (apply d Q x)) = dot d u u).
  { rewrite <- (E_square d E HE). apply E_ext. intros x. unfold f. rewrite Z. rewrite !relu_abs, Rabs_Ropp.
    assert (Rabs (dot d u x) * Rabs (dot d u x) = dot d u x * dot d u x) by (rewrite <- Rabs_mult; apply Rabs_pos_eq, Rle_0_sqr). nra. }
  rewrite (E_plus d E HE f (fun x => f (apply d Q x))) in T; [lra|easy|now apply admissible_apply].
Qed.

Lemma dot_null u : dot d u u = 0 -> forall x, dot d u x = 0.
Proof.
  intros Z x. apply sum_zero. intros i L. assert (u i * u i <= 0).
  { rewrite <- Z. apply (sum_term d (fun i => u i * u i)); [intros; apply Rle_0_sqr|easy]. }
  assert (u i = 0) as -> by nra. ring.
Qed.

Theorem kernel_expectation u v : E (fun x => relu (dot d u x) * relu (dot d v x)) = kernel d u v.
Proof.
  pose proof PI_RGT_0 as PP. unfold kernel, cosine, norm.
  set (p := dot d u v). set (nu := dot d u u). set (nv := dot d v v).
  assert (Pu : 0 <= nu) by apply dot_nonneg. assert (Pv : 0 <= nv) by apply dot_nonneg.
  destruct (Req_dec nu 0) as [Zu|NZu].
  { rewrite (E_ext _ (fun _ => 0)), E_zero. - rewrite Zu, sqrt_0. unfold Rdiv. ring.
    - intros x. rewrite (dot_null u Zu x), (relu_pos 0) by lra. ring. }
  destruct (Req_dec nv 0) as [Zv|NZv].
  { rewrite (E_ext _ (fun _ => 0)), E_zero. - rewrite Zv, sqrt_0. unfold Rdiv. ring.
    - intros x. rewrite (dot_null v Zv x), (relu_pos 0) by lra. ring. }
  set (U := sqrt nu). set (V := sqrt nv).
  assert (PU : 0 < U) by (apply sqrt_lt_R0; lra). assert (PV : 0 < V) by (apply sqrt_lt_R0; lra).
  assert (QU : U * U = nu) by (apply sqrt_sqrt; lra). assert (QV : V * V = nv) by (apply sqrt_sqrt; lra).
  assert (PUV : 0 < U * V) by now apply Rmult_lt_0_compat.
  set (c := p / (U * V)). assert (Ep : p = c * (U * V)) by (unfold c; field; lra).
  (* the part of v across u *)
  set (w := fun i => v i + (- (p / nu)) * u i + 0 * u i).
  assert (Hw : forall x, dot d w x = dot d v x - p / nu * dot d u x) by (intros; unfold w; rewrite dot_combine; ring).
  assert (wu : dot d w u = 0) by (rewrite Hw, (dot_comm d v u); fold p nu; field; lra).
  assert (ww : dot d w w = nv * (1 - c * c)).
  { rewrite Hw, !(dot_comm d _ w), wu, (Hw v). fold p nv. rewrite <- QV. rewrite Ep, <- QU. field. lra. }
  assert (C : c * c <= 1). { pose proof (dot_nonneg d w) as H. rewrite ww in H. assert (0 < nv) by lra. nra. }
  assert (B : -1 <= c <= 1) by (split; nra).
  destruct (Req_dec (c * c) 1) as [Cpar|Cnot].
  - (* parallel *)
    assert (Hv : forall x, dot d v x = c * (V / U) * dot d u x).
    { intros x. assert (dot d w x = 0) as H by (apply dot_null; rewrite ww, Cpar; ring). rewrite Hw in H.
      replace (c * (V / U)) with (p / nu) by (rewrite Ep, <- QU; field; lra). lra. }
    assert (PVU : 0 < V / U) by now apply Rdiv_lt_0_compat.
    assert (c = 1 \/ c = -1) as [E1|E1] by (destruct (Rle_dec 0 c); [left|right]; nra).
    + rewrite (E_ext _ (fun x => V / U * (relu (dot d u x) * relu (dot d u x)))).
      2:{ intros x. rewrite Hv, E1, Rmult_1_l, relu_scal by lra. ring. }
      rewrite (E_scal d E HE) by apply admissible_relu. rewrite E_half. fold nu. rewrite <- QU, E1, acos_1.
      replace (1 - 1 * 1) with 0 by ring. rewrite sqrt_0. field. lra.
    + rewrite (E_ext _ (fun x => 0)), E_zero.
      * rewrite E1. replace (-1) with (- (1)) by ring. rewrite acos_opp, acos_1. replace (1 - - (1) * - (1)) with 0 by ring. rewrite sqrt_0. field. lra.
      * intros x. rewrite Hv, E1. destruct (Rle_dec 0 (dot d u x)) as [H|H].
        -- rewrite (relu_neg (-1 * _ * _)); [ring|]. assert (0 <= V / U * dot d u x) by (apply Rmult_le_pos; lra). lra.
        -- rewrite (relu_neg (dot d u x)) by lra. ring.
  - (* a plane *)
    assert (Ps : 0 < 1 - c * c) by lra. set (s := sqrt (1 - c * c)).
    assert (PS : 0 < s) by now apply sqrt_lt_R0. assert (QS : s * s = 1 - c * c) by (apply sqrt_sqrt; lra).
    assert (cosT : cos (acos c) = c) by now apply cos_acos.
    assert (sinT : sin (acos c) = s) by (now apply sin_acos).
    rewrite (E_plane (fun i => / U * u i) (fun i => / (V * s) * w i) u v U V (acos c)).
    + unfold area. rewrite cosT, sinT. field. lra.
    + rewrite dot_scal_l, dot_comm, dot_scal_l. fold nu. rewrite <- QU. field. lra.
    + rewrite dot_scal_l, dot_comm, dot_scal_l, ww, <- QV, <- QS. field. lra.
    + rewrite dot_scal_l, dot_comm, dot_scal_l, wu. ring.
    + apply acos_bound.
    + lra.
    + lra.
    + intros x. rewrite dot_scal_l. field. lra.
    + intros x. rewrite !dot_scal_l, cosT, sinT, Hw, Ep, <- QU. field. lra.
Qed.

(** * The loss *)

Theorem risk_is_loss n k V W : risk E n k d V W = loss n k d V W.
Proof.
  unfold risk.
  rewrite (E_ext _ (fun x => sum n (fun i => sum n (fun i' => relu (dot d (W i) x) * relu (dot d (W i') x)))
    + (-2 * sum n (fun i => sum k (fun j => relu (dot d (W i) x) * relu (dot d (V j) x)))
    + sum k (fun j => sum k (fun j' => relu (dot d (V j) x) * relu (dot d (V j') x)))))).
  2:{ intros x. assert (K : forall m l (f g : nat -> R), sum m (fun i => sum l (fun j => f i * g j)) = sum m f * sum l g).
      { intros. rewrite <- sum_scal_r. apply sum_ext. intros. apply sum_scal. }
      pose (f := fun i => relu (dot d (W i) x)). pose (g := fun j => relu (dot d (V j) x)).
      change (difference n k d V W x) with (sum n f - sum k g).
      pose proof (K n n f f) as K1. pose proof (K n k f g) as K2. pose proof (K k k g g) as K3. unfold f, g in K1, K2, K3. cbv beta in K1, K2, K3.
      rewrite K1, K2, K3. unfold f, g. ring. }
  assert (A : forall m l (X Y : matrix), admissible d (fun x => sum m (fun i => sum l (fun j => relu (dot d (X i) x) * relu (dot d (Y j) x))))).
  { intros. apply (admissible_sum d m (fun i x => sum l (fun j => relu (dot d (X i) x) * relu (dot d (Y j) x)))). intros.
    apply (admissible_sum d l (fun j x => relu (dot d (X i) x) * relu (dot d (Y j) x))). intros. apply admissible_relu. }
  assert (S : forall m l (X Y : matrix), E (fun x => sum m (fun i => sum l (fun j => relu (dot d (X i) x) * relu (dot d (Y j) x))))
    = sum m (fun i => sum l (fun j => kernel d (X i) (Y j)))).
  { intros. rewrite (E_sum m (fun i x => sum l (fun j => relu (dot d (X i) x) * relu (dot d (Y j) x)))).
    - apply sum_ext. intros. rewrite (E_sum l (fun j x => relu (dot d (X i) x) * relu (dot d (Y j) x))) by (intros; apply admissible_relu).
      apply sum_ext. intros. apply kernel_expectation.
    - intros. apply (admissible_sum d l (fun j x => relu (dot d (X i) x) * relu (dot d (Y j) x))). intros. apply admissible_relu. }
  rewrite (E_plus d E HE), (E_plus d E HE), (E_scal d E HE), !S; auto using admissible_plus, admissible_scal.
  unfold loss. field.
Qed.

End Expectation.

Theorem minimum_of_risk n k d C delta low high : spurious_minimum n k d C delta low high -> spurious_minimum_of_risk n k d C delta low high.
Proof.
  intros [W H]. exists W. intros D E L HE. specialize (H D L).
  assert (R : risk E n k D units = F n k D). { apply functional_extensionality. intros W'. apply (risk_is_loss D E HE). }
  now rewrite R.
Qed.

(** What the certificates prove (Carriers.v), of the risk. *)
From Certify Require Import Certificate Spurious Carriers.

Corollary reference_of_risk bits c : check_reference bits c = true ->
  spurious_minimum_of_risk (students c) (teachers c) (dimension c) (rational (point c) (denominator c)) (fraction (delta c)) (fraction (low c)) (fraction (high c)).
Proof. intros H. apply minimum_of_risk. exact (reference_sound bits c H). Qed.

Corollary fast_of_risk bits c : check_fast bits c = true ->
  spurious_minimum_of_risk (students c) (teachers c) (dimension c) (rational (point c) (denominator c)) (fraction (delta c)) (fraction (low c)) (fraction (high c)).
Proof. intros H. apply minimum_of_risk. exact (fast_sound bits c H). Qed.
