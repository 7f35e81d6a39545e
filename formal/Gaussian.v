(** The kernel is an expectation (lemma 1 of proofs/LEMMAS.md), and the loss is 1/2 E (sum_i [w_i.x]_+ - sum_j [v_j.x]_+)^2.

    No integral over R^d is needed. Of E, the record [expectation] asks: it is linear, monotone, does not change under orthogonal
    matrices, and E (u.x)^2 = |u|^2, all of it for continuous functions on R^d of at most quadratic growth only. *)
From Coq Require Import Reals Lra Lia Arith Psatz FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Certify Require Import Statement Sums.
Open Scope R_scope.

(** * What is stated *)

Definition relu (t : R) : R := Rmax 0 t.

(** Functions of the first d coordinates of x, continuous (along sequences, which is the same in R^d), at most quadratic. *)
Definition continuous_in (d : nat) (f : vector -> R) : Prop := forall (X : nat -> vector) (x : vector),
  (forall a, (a < d)%nat -> Un_cv (fun m => X m a) (x a)) -> Un_cv (fun m => f (X m)) (f x).
Definition at_most_quadratic (d : nat) (f : vector -> R) : Prop := exists c, forall x, Rabs (f x) <= c * (1 + dot d x x).
Definition admissible (d : nat) (f : vector -> R) : Prop := continuous_in d f /\ at_most_quadratic d f.

(** Q x, and matrices with orthonormal rows. *)
Definition apply (d : nat) (Q : matrix) (x : vector) : vector := fun a => dot d (Q a) x.
Definition orthogonal (d : nat) (Q : matrix) : Prop :=
  forall a b, (a < d)%nat -> (b < d)%nat -> dot d (Q a) (Q b) = if (a =? b)%nat then 1 else 0.

(** The expectation over x ~ N(0, I_d) satisfies all five: an admissible f is measurable, depends on x_0 .. x_(d-1) only and is integrable,
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

(** [spurious_minimum] of Statement.v, with the risk for the loss; E D is an expectation in dimension D. *)
Definition spurious_minimum_of_risk (E : nat -> (vector -> R) -> R) (n k d : nat) (C : matrix) (delta low high : R) : Prop :=
  exists W : matrix, forall D, (d <= D)%nat ->
    strict_local_min n D (risk (E D) n k D units) W /\ distance n D W C <= delta /\
    0 < low /\ low <= risk (E D) n k D units W <= high /\ risk (E D) n k D units (copy k) = 0.

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

Lemma Un_cv_const c : Un_cv (fun _ => c) c.
Proof. intros e P. exists 0%nat. intros. unfold R_dist. rewrite Rminus_diag_eq, Rabs_R0; auto. Qed.

Lemma sum_cv n (X : nat -> nat -> R) x : (forall a, (a < n)%nat -> Un_cv (fun m => X m a) (x a)) -> Un_cv (fun m => sum n (X m)) (sum n x).
Proof.
  induction n; intros H; simpl; [apply Un_cv_const|].
  apply (CV_plus (fun m => sum n (X m)) (fun m => X m n)); auto with arith.
Qed.

Lemma dot_cv d u (X : nat -> vector) x : (forall a, (a < d)%nat -> Un_cv (fun m => X m a) (x a)) -> Un_cv (fun m => dot d u (X m)) (dot d u x).
Proof.
  intros H. apply (sum_cv d (fun m a => u a * X m a)). intros a L.
  apply (CV_mult (fun _ => u a) (fun m => X m a)); [apply Un_cv_const|auto].
Qed.

Lemma relu_cv X x : Un_cv X x -> Un_cv (fun m => relu (X m)) (relu x).
Proof.
  intros H e P. destruct (H e P) as [N HN]. exists N. intros m L. unfold R_dist in *.
  apply Rle_lt_trans with (Rabs (X m - x)); [apply relu_lipschitz|auto].
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
  - intros X x H. apply (CV_plus (fun m => f (X m)) (fun m => g (X m))); auto.
  - exists (c + c'). intros x. specialize (F2 x). specialize (G2 x). pose proof (Rabs_triang (f x) (g x)). lra.
Qed.

Lemma admissible_scal d c f : admissible d f -> admissible d (fun x => c * f x).
Proof.
  intros [F1 [c' F2]]. split.
  - intros X x H. apply (CV_mult (fun _ => c) (fun m => f (X m))); [apply Un_cv_const|auto].
  - exists (Rabs c * c'). intros x. rewrite Rabs_mult, Rmult_assoc. apply Rmult_le_compat_l; [apply Rabs_pos|auto].
Qed.

Lemma admissible_zero d : admissible d (fun _ => 0).
Proof. split; [intros X x H; apply Un_cv_const|]. exists 0. intros. rewrite Rabs_R0. lra. Qed.

Lemma admissible_sum d m (f : nat -> vector -> R) : (forall i, (i < m)%nat -> admissible d (f i)) -> admissible d (fun x => sum m (fun i => f i x)).
Proof.
  induction m; simpl; intros H; [apply admissible_zero|].
  apply (admissible_plus d (fun x => sum m (fun i => f i x)) (f m)); auto with arith.
Qed.

Lemma admissible_apply d Q f : admissible d f -> admissible d (fun x => f (apply d Q x)).
Proof.
  intros [F1 [c F2]]. split.
  - intros X x H. apply (F1 (fun m => apply d Q (X m)) (apply d Q x)). intros a L. now apply dot_cv.
  - destruct (apply_square_le d Q d) as [c' [P H]]. exists (Rabs c * (1 + c')). intros x.
    specialize (F2 (apply d Q x)). specialize (H x). pose proof (dot_nonneg d x). pose proof (dot_nonneg d (apply d Q x)).
    apply Rle_trans with (1 := F2). apply Rle_trans with (Rabs c * (1 + dot d (apply d Q x) (apply d Q x))).
    + apply Rmult_le_compat_r; [lra|apply Rle_abs].
    + rewrite Rmult_assoc. apply Rmult_le_compat_l; [apply Rabs_pos|]. nra.
Qed.

Lemma admissible_product d u v (p q : R -> R) : (forall t, Rabs (p t) <= Rabs t) -> (forall t, Rabs (q t) <= Rabs t) ->
  (forall X x, Un_cv X x -> Un_cv (fun m => p (X m)) (p x)) -> (forall X x, Un_cv X x -> Un_cv (fun m => q (X m)) (q x)) ->
  admissible d (fun x => p (dot d u x) * q (dot d v x)).
Proof.
  intros Hp Hq Cp Cq. split.
  - intros X x H. apply (CV_mult (fun m => p (dot d u (X m))) (fun m => q (dot d v (X m)))); [apply Cp|apply Cq]; now apply (dot_cv d _ X x).
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
Proof. apply (admissible_product d u u (fun t => t) (fun t => t)); auto; intros; lra. Qed.

Lemma admissible_relu d u v : admissible d (fun x => relu (dot d u x) * relu (dot d v x)).
Proof.
  apply (admissible_product d u v relu relu); try apply relu_cv; intros; rewrite Rabs_pos_eq; apply relu_bounds.
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
