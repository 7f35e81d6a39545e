(** The integral of [cos t]_+ [cos (t - th)]_+ over the angle t, and its sums over m equal steps. *)
From Coq Require Import Reals Lra Lia Arith Psatz FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Certify Require Import Statement StatementOfRisk Sums Admissible.
Open Scope R_scope.

Definition pulse (th t : R) : R := relu (cos t) * relu (cos (t - th)).
Definition area (th : R) : R := ((PI - th) * cos th + sin th) / 2.

Lemma cos_lipschitz s t : Rabs (cos s - cos t) <= Rabs (s - t).
Proof.
  destruct (MVT_gen cos t s (fun x => - sin x)) as [c [_ H]].
  - intros x _. auto_derive; [easy|ring].
  - intros x _. apply continuity_cos.
  - rewrite H, Rabs_mult. rewrite <- (Rmult_1_l (Rabs (s - t))) at 2.
    apply Rmult_le_compat_r; [apply Rabs_pos|].
    rewrite Rabs_Ropp. apply Rabs_le. apply SIN_bound.
Qed.

Lemma relu_cos_bounds t : 0 <= relu (cos t) <= 1.
Proof. split; [apply relu_bounds|]. apply Rmax_lub; [lra|apply COS_bound]. Qed.

(** A product of two factors between 0 and 1, each of them 1-Lipschitz. *)
Lemma pulse_lipschitz th s t : Rabs (pulse th s - pulse th t) <= 2 * Rabs (s - t).
Proof.
  unfold pulse.
  replace (relu (cos s) * relu (cos (s - th)) - relu (cos t) * relu (cos (t - th)))
    with ((relu (cos s) - relu (cos t)) * relu (cos (s - th)) + relu (cos t) * (relu (cos (s - th))
      - relu (cos (t - th)))) by ring.
  apply Rle_trans with (1 := Rabs_triang _ _). rewrite !Rabs_mult.
  assert (A : Rabs (relu (cos s) - relu (cos t)) <= Rabs (s - t)) by (eapply Rle_trans;
    [apply relu_lipschitz|apply cos_lipschitz]).
  assert (B : Rabs (relu (cos (s - th)) - relu (cos (t - th))) <= Rabs (s - t)).
  { eapply Rle_trans; [apply relu_lipschitz|]. replace (s - t) with ((s - th) - (t - th)) by ring.
    apply cos_lipschitz. }
  pose proof (relu_cos_bounds t) as P. pose proof (relu_cos_bounds (s - th)) as Q.
  rewrite (Rabs_pos_eq (relu (cos t))), (Rabs_pos_eq (relu (cos (s - th)))) by apply relu_bounds.
  pose proof (Rabs_pos (relu (cos s) - relu (cos t))).
    pose proof (Rabs_pos (relu (cos (s - th)) - relu (cos (t - th)))). nra.
Qed.

Lemma pulse_continuous th t : continuous (pulse th) t.
Proof.
  apply continuity_pt_filterlim. intros e P. exists (e / 2). split; [lra|]. intros x [_ H].
    simpl in *. unfold R_dist in *.
  apply Rle_lt_trans with (1 := pulse_lipschitz th x t). lra.
Qed.

Lemma pulse_ex th a b : ex_RInt (pulse th) a b.
Proof. apply (ex_RInt_continuous (V := R_CompleteNormedModule)). intros. apply pulse_continuous.
  Qed.

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
Lemma integral_period th s t : integral th (s + 2 * PI) - integral th s =
  integral th (t + 2 * PI) - integral th t.
Proof.
  set (g := fun x => integral th (x + 2 * PI) - integral th x).
  assert (D : forall x, is_derive g x 0).
  { intros x. replace 0 with (1 * pulse th (x + 2 * PI) - pulse th x) by (rewrite pulse_period;
    ring).
    apply (is_derive_minus (fun x => integral th (x + 2 * PI)) (integral th));
      [|apply integral_derive].
    apply (is_derive_comp (integral th) (fun x => x + 2 * PI)); [apply integral_derive|].
      auto_derive; [easy|ring]. }
  destruct (MVT_gen g t s (fun _ => 0)) as [c [_ H]].
  - intros; apply D.
  - intros x _. apply continuity_pt_filterlim. apply (ex_derive_continuous g). now exists 0.
  - unfold g in H. lra.
Qed.

(** The period is started at th - pi/2. Up to pi/2 both factors are cosines,
  with the antiderivative G;
    from there on one of them is 0. *)
Lemma integral_one_period th t : 0 <= th <= PI -> integral th (t + 2 * PI) - integral th t =
  area th.
Proof.
  intros B. pose proof PI_RGT_0 as P. rewrite (integral_period th t (th - PI / 2)).
  unfold integral. rewrite <- (RInt_Chasles (pulse th) 0 (th - PI / 2) (th - PI / 2 + 2 * PI)) by
    apply pulse_ex.
  rewrite <- (RInt_Chasles (pulse th) (th - PI / 2) (PI / 2) (th - PI / 2 + 2 * PI)) by apply
    pulse_ex.
  assert (Z : is_RInt (pulse th) (PI / 2) (th - PI / 2 + 2 * PI) 0).
  { apply (is_RInt_ext (fun _ => 0)).
    - rewrite Rmin_left, Rmax_right by lra. intros x [L U]. unfold pulse.
      destruct (Rle_dec x (3 * (PI / 2))) as [H|H].
      + rewrite (relu_neg (cos x)); [symmetry; apply Rmult_0_l|]. apply cos_le_0; lra.
      + rewrite (relu_neg (cos (x - th))); [symmetry; apply Rmult_0_r|]. apply cos_le_0; lra.
    - pose proof (is_RInt_const (V := R_NormedModule) (PI / 2) (th - PI / 2 + 2 * PI) 0) as K.
      unfold scal in K; simpl in K; unfold mult in K; simpl in K. now rewrite Rmult_0_r in K. }
  assert (A : is_RInt (pulse th) (th - PI / 2) (PI / 2) (area th)).
  { apply (is_RInt_ext (fun x => cos x * cos (x - th))).
    - rewrite Rmin_left, Rmax_right by lra. intros x [L U]. unfold pulse.
      rewrite !relu_pos; [easy| |]; apply cos_ge_0; lra.
    - set (G := fun x => (x * cos th + sin (2 * x - th) / 2) / 2).
      replace (area th) with (minus (G (PI / 2)) (G (th - PI / 2))).
      + apply (is_RInt_derive G).
        * intros x _. assert (K : cos x * cos (x - th) = (cos th + cos (2 * x - th)) / 2).
          { replace (2 * x - th) with (x + (x - th)) by ring. rewrite cos_plus. set (y := x - th).
            replace th with (x - y) by (unfold y; ring). rewrite cos_minus. field. }
          rewrite K. unfold G. auto_derive; [easy|]. unfold Rminus. field.
        * intros x _. apply (ex_derive_continuous (fun x => cos x * cos (x - th))). auto_derive.
          easy.
      + unfold G, area, minus, plus, opp; simpl. replace (2 * (PI / 2) - th) with (PI - th) by
        field. replace (2 * (th - PI / 2) - th) with (- (PI - th)) by field.
        rewrite sin_neg, sin_PI_x. field. }
  rewrite (is_RInt_unique _ _ _ _ Z), (is_RInt_unique _ _ _ _ A). unfold plus; simpl. ring.
Qed.

(** Riemann sums. *)
(** By induction over m: on each step the mean value theorem gives a point c,
  and the pulse at c differs
    from that at the left end by at most 2 del. *)
Lemma riemann th t del m : 0 <= del ->
  Rabs (sum m (fun l => pulse th (t + INR l * del)) * del - (integral th (t + INR m * del) -
    integral th t)) <= INR m * (2 * (del * del)).
Proof.
  intros P. induction m.
  - simpl. replace (t + 0 * del) with t by ring.
    match goal with |- Rabs ?z <= _ => replace z with 0 by ring end. rewrite Rabs_R0. lra.
  - simpl sum. rewrite S_INR. set (s := t + INR m * del) in *.
    replace (t + (INR m + 1) * del) with (s + del) by (unfold s; ring).
    destruct (MVT_gen (integral th) s (s + del) (pulse th)) as [c [B H]].
    + intros; apply integral_derive.
    + intros x _. apply continuity_pt_filterlim. apply (ex_derive_continuous (integral th)).
      eexists; apply integral_derive.
    + rewrite Rmin_left, Rmax_right in B by lra.
      assert (L : Rabs (pulse th s - pulse th c) <= 2 * del).
      { apply Rle_trans with (1 := pulse_lipschitz _ _ _). rewrite Rabs_minus_sym, Rabs_pos_eq; lra.
        }
      replace (s + del - s) with del in H by ring.
      set (S := sum m _) in *. replace (integral th (s + del)) with (integral th s + pulse th c *
        del) by lra.
      replace ((S + pulse th s) * del - (integral th s + pulse th c * del - integral th t))
        with ((S * del - (integral th s - integral th t)) + (pulse th s - pulse th c) * del) by
          ring.
      apply Rle_trans with (1 := Rabs_triang _ _). rewrite (Rabs_mult _ del),
        (Rabs_pos_eq del) by easy.
      assert (Rabs (pulse th s - pulse th c) * del <= 2 * del * del) by now apply Rmult_le_compat_r.
        lra.
Qed.

Definition angle (m l : nat) : R := INR l * (2 * PI / INR m).

(** The Riemann sum of m steps of 2 pi / m over one period, divided by 2 pi. *)
Lemma average th t m : 0 <= th <= PI -> (0 < m)%nat ->
  Rabs (/ INR m * sum m (fun l => pulse th (t + angle m l)) - area th / (2 * PI)) <= 4 * PI / INR m.
Proof.
  intros B M. pose proof PI_RGT_0 as P. assert (PM : 0 < INR m) by now apply lt_0_INR.
  set (del := 2 * PI / INR m). assert (PD : 0 < del) by (apply Rdiv_lt_0_compat; lra).
  pose proof (riemann th t del m (Rlt_le _ _ PD)) as H.
  replace (t + INR m * del) with (t + 2 * PI) in H by (unfold del; field; lra).
  rewrite integral_one_period in H by easy. unfold angle. fold del. set (S := sum m _) in *.
  replace (/ INR m * S - area th / (2 * PI)) with (/ (2 * PI) * (S * del - area th)) by (unfold del;
    field; lra).
  rewrite Rabs_mult, Rabs_pos_eq by (left; apply Rinv_0_lt_compat; lra).
  apply Rmult_le_reg_l with (2 * PI); [lra|]. rewrite <- Rmult_assoc, Rinv_r, Rmult_1_l by lra.
  replace (2 * PI * (4 * PI / INR m)) with (INR m * (2 * (del * del))) by (unfold del; field; lra).
    easy.
Qed.
