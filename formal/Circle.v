(** The five properties that StatementOfRisk.v asks of an expectation do not contradict each other: in the plane, the mean over the circle of radius sqrt 2 has them. *)
From Coq Require Import Reals Lra Lia Arith Psatz.
From Coquelicot Require Import Coquelicot.
From Certify Require Import Statement StatementOfRisk Sums Admissible Turns.
Open Scope R_scope.

Definition point (t : R) : vector := fun a => match a with O => sqrt 2 * cos t | S O => sqrt 2 * sin t | _ => 0 end.
Definition circle (f : vector -> R) : R := / (2 * PI) * RInt (fun t => f (point t)) 0 (2 * PI).

(** A continuous function of period 2 pi. *)
Section Period.

Variable g : R -> R.
Hypothesis (gc : forall t, continuous g t) (gp : forall t, g (t + 2 * PI) = g t).

Lemma g_ex a b : ex_RInt g a b.
Proof. apply (ex_RInt_continuous (V := R_CompleteNormedModule)). intros. apply gc. Qed.

Lemma g_derive t : is_derive (RInt g 0) t (g t).
Proof.
  apply (is_derive_RInt g (RInt g 0) 0 t); [|apply gc].
  exists (mkposreal 1 Rlt_0_1). intros x _. apply (RInt_correct g 0 x), g_ex.
Qed.

Lemma period_anywhere s : RInt g s (s + 2 * PI) = RInt g 0 (2 * PI).
Proof.
  set (h := fun x => RInt g 0 (x + 2 * PI) - RInt g 0 x).
  assert (D : forall x, is_derive h x 0).
  { intros x. replace 0 with (1 * g (x + 2 * PI) - g x) by (rewrite gp; ring).
    apply (is_derive_minus (fun x => RInt g 0 (x + 2 * PI)) (RInt g 0)); [|apply g_derive].
    apply (is_derive_comp (RInt g 0) (fun x => x + 2 * PI)); [apply g_derive|]. auto_derive; [easy|ring]. }
  destruct (MVT_gen h 0 s (fun _ => 0)) as [c [_ H]].
  - intros; apply D.
  - intros x _. apply continuity_pt_filterlim. apply (ex_derive_continuous h). now exists 0.
  - unfold h in H. rewrite Rplus_0_l, (RInt_point 0 g) in H. unfold zero in H; simpl in H.
    pose proof (RInt_Chasles g 0 s (s + 2 * PI) (g_ex _ _) (g_ex _ _)) as K. unfold plus in K; simpl in K. lra.
Qed.

Lemma shifted s : RInt (fun t => g (t + s)) 0 (2 * PI) = RInt g 0 (2 * PI).
Proof.
  rewrite <- (period_anywhere s). pose proof (RInt_comp_lin g 1 s 0 (2 * PI) (g_ex _ _)) as K.
  replace (1 * 0 + s) with s in K by ring. replace (1 * (2 * PI) + s) with (s + 2 * PI) in K by ring. rewrite <- K.
  apply RInt_ext. intros x _. unfold scal; simpl; unfold mult; simpl. rewrite !Rmult_1_l. easy.
Qed.

(** The substitution of s - t for t turns the interval round; then [period_anywhere]. *)
Lemma flipped s : RInt (fun t => g (s - t)) 0 (2 * PI) = RInt g 0 (2 * PI).
Proof.
  rewrite <- (period_anywhere (s - 2 * PI)). replace (s - 2 * PI + 2 * PI) with s by ring.
  pose proof (RInt_comp_lin g (-1) s 0 (2 * PI) (g_ex _ _)) as K.
  replace (-1 * 0 + s) with s in K by ring. replace (-1 * (2 * PI) + s) with (s - 2 * PI) in K by ring.
  rewrite <- (opp_RInt_swap g s (s - 2 * PI)) by apply g_ex. rewrite <- K.
  assert (X : ex_RInt (fun t => g (s - t)) 0 (2 * PI)).
  { apply (ex_RInt_continuous (V := R_CompleteNormedModule)). intros z _. apply (continuous_comp (fun t => s - t) g); [|apply gc].
    apply (ex_derive_continuous (fun t => s - t)). auto_derive. easy. }
  rewrite <- (RInt_opp (V := R_CompleteNormedModule)).
  - apply RInt_ext. intros x _. unfold scal, opp; simpl; unfold mult; simpl. replace (-1 * x + s) with (s - x) by ring. ring.
  - apply (ex_RInt_ext (fun t => opp (g (s - t)))).
    + intros x _. unfold scal, opp; simpl; unfold mult; simpl. replace (-1 * x + s) with (s - x) by ring. ring.
    + now apply (ex_RInt_opp (V := R_NormedModule)).
Qed.

End Period.

Lemma depends d f x y : continuous_in d f -> (forall a, (a < d)%nat -> x a = y a) -> f x = f y.
Proof.
  intros H A. destruct (Req_dec (f x) (f y)) as [|N]; [easy|]. exfalso.
  assert (P : 0 < Rabs (f x - f y)) by (apply Rabs_pos_lt; lra).
  destruct (H y _ P) as [p [Pp Hp]]. apply (Rlt_irrefl (Rabs (f x - f y))). apply Hp.
  intros a L. rewrite A by easy. rewrite Rminus_eq_0, Rabs_R0. easy.
Qed.

Lemma point_lim t : filterlim point (locally t) (near 2 (point t)).
Proof.
  intros P [p [Pp Hp]]. unfold filtermap.
  assert (C : continuous (fun t => sqrt 2 * cos t) t) by (apply (ex_derive_continuous (fun t => sqrt 2 * cos t)); auto_derive; easy).
  assert (S : continuous (fun t => sqrt 2 * sin t) t) by (apply (ex_derive_continuous (fun t => sqrt 2 * sin t)); auto_derive; easy).
  pose proof (proj1 (filterlim_locally _ _) C (mkposreal p Pp)) as C'. pose proof (proj1 (filterlim_locally _ _) S (mkposreal p Pp)) as S'.
  generalize (filter_and _ _ C' S'). apply filter_imp. intros s [A B]. apply Hp. intros a L.
  destruct a as [|[|a]]; [exact A|exact B|lia].
Qed.

Lemma on_circle f : admissible 2 f -> forall t, continuous (fun t => f (point t)) t.
Proof.
  intros [F _] t. apply (filterlim_comp _ _ _ point f _ (near 2 (point t))); [apply point_lim|]. now apply continuous_filter.
Qed.

Lemma on_circle_ex f : admissible 2 f -> ex_RInt (fun t => f (point t)) 0 (2 * PI).
Proof. intros H. apply (ex_RInt_continuous (V := R_CompleteNormedModule)). intros. now apply on_circle. Qed.

(** The first row is (cos phi, sin phi), by [polar]. The second is across it and of norm 1, so that it is
    one of two: a turn, or a turn and a reflection. *)
Lemma turn Q : orthogonal 2 Q -> exists phi,
  (forall t a, (a < 2)%nat -> apply 2 Q (point t) a = point (t + phi) a) \/ (forall t a, (a < 2)%nat -> apply 2 Q (point t) a = point (phi - t) a).
Proof.
  intros H. pose proof (H 0%nat 0%nat ltac:(lia) ltac:(lia)) as H00. pose proof (H 0%nat 1%nat ltac:(lia) ltac:(lia)) as H01.
  pose proof (H 1%nat 1%nat ltac:(lia) ltac:(lia)) as H11. unfold dot in *. simpl in *. unfold apply, dot. simpl.
  set (p := Q 0%nat 0%nat) in *. set (q := Q 0%nat 1%nat) in *. set (r := Q 1%nat 0%nat) in *. set (s := Q 1%nat 1%nat) in *.
  assert (N : p * p + q * q = 1) by lra. assert (O : p * r + q * s = 0) by lra. assert (M : r * r + s * s = 1) by lra.
  set (k := p * s - q * r).
  assert (Er : r = - q * k). { unfold k. replace (- q * (p * s - q * r)) with (r * (p * p + q * q) - p * (p * r + q * s)) by ring. rewrite N, O. ring. }
  assert (Es : s = p * k). { unfold k. replace (p * (p * s - q * r)) with (s * (p * p + q * q) - q * (p * r + q * s)) by ring. rewrite N, O. ring. }
  assert (K : k * k = 1). { rewrite <- M, Er, Es. replace (- q * k * (- q * k) + p * k * (p * k)) with ((p * p + q * q) * (k * k)) by ring. rewrite N. ring. }
  destruct (polar p q) as [rho [phi [P [Q2 [Ep Eq]]]]]. assert (rho = 1) by nra. subst rho. rewrite Rmult_1_l in Ep, Eq.
  assert (k = 1 \/ k = -1) as [K1|K1] by (destruct (Rle_dec 0 k); [left|right]; nra); rewrite K1 in Er, Es.
  - exists (- phi). left. intros t a L. destruct a as [|[|a]]; [| |lia]; simpl; fold p q r s; rewrite ?Er, ?Es, ?Ep, ?Eq.
    + rewrite cos_plus, cos_neg, sin_neg. ring.
    + rewrite sin_plus, cos_neg, sin_neg. ring.
  - exists phi. right. intros t a L. destruct a as [|[|a]]; [| |lia]; simpl; fold p q r s; rewrite ?Er, ?Es, ?Ep, ?Eq.
    + rewrite cos_minus. ring.
    + rewrite sin_minus. ring.
Qed.

(** Sums, multiples and order are those of the integral; an orthogonal matrix turns or reflects the circle
    ([turn], [shifted], [flipped]); the integral of (u.x)^2 has an antiderivative. *)
Theorem circle_expectation : expectation 2 circle.
Proof.
  pose proof PI_RGT_0 as P. constructor.
  - intros f g Hf Hg. unfold circle. rewrite (RInt_plus (V := R_CompleteNormedModule) (fun t => f (point t)) (fun t => g (point t))) by now apply on_circle_ex.
    unfold plus; simpl. ring.
  - intros c f Hf. unfold circle. rewrite (RInt_scal (V := R_CompleteNormedModule) (fun t => f (point t))) by now apply on_circle_ex.
    unfold scal; simpl; unfold mult; simpl. ring.
  - intros f g Hf Hg L. unfold circle. apply Rmult_le_compat_l; [left; apply Rinv_0_lt_compat; lra|].
    apply RInt_le; [lra|now apply on_circle_ex|now apply on_circle_ex|]. intros; apply L.
  - intros Q f HQ Hf. unfold circle. f_equal.
    assert (Per : forall t, f (point (t + 2 * PI)) = f (point t)).
    { intros t. apply (depends 2); [apply Hf|]. intros a L. destruct a as [|[|a]]; [| |lia]; simpl.
      - rewrite cos_plus, cos_2PI, sin_2PI. ring.
      - rewrite sin_plus, cos_2PI, sin_2PI. ring. }
    destruct (turn Q HQ) as [phi [T|T]].
    + rewrite <- (shifted (fun t => f (point t)) (on_circle f Hf) Per phi). apply RInt_ext. intros x _. apply (depends 2); [apply Hf|]. intros; now apply T.
    + rewrite <- (flipped (fun t => f (point t)) (on_circle f Hf) Per phi). apply RInt_ext. intros x _. apply (depends 2); [apply Hf|]. intros; now apply T.
  - intros u. unfold circle. set (U := u 0%nat). set (V := u 1%nat).
    set (G := fun t => U * U * (t + sin t * cos t) + V * V * (t - sin t * cos t) + 2 * U * V * (sin t * sin t)).
    assert (I : is_RInt (fun t => dot 2 u (point t) * dot 2 u (point t)) 0 (2 * PI) (minus (G (2 * PI)) (G 0))).
    { assert (E : forall t, dot 2 u (point t) * dot 2 u (point t) = 2 * ((U * cos t + V * sin t) * (U * cos t + V * sin t))).
      { intros t. unfold dot; simpl. fold U V.
        replace ((0 + U * (sqrt 2 * cos t) + V * (sqrt 2 * sin t)) * (0 + U * (sqrt 2 * cos t) + V * (sqrt 2 * sin t)))
          with (sqrt 2 * sqrt 2 * ((U * cos t + V * sin t) * (U * cos t + V * sin t))) by ring.
        rewrite sqrt_sqrt by lra. easy. }
      apply (is_RInt_ext (fun t => 2 * ((U * cos t + V * sin t) * (U * cos t + V * sin t)))); [intros; now rewrite E|].
      apply (is_RInt_derive G).
      - intros t _. unfold G. auto_derive; [easy|]. pose proof (sin2_cos2 t) as S. unfold Rsqr in S.
        apply Rminus_diag_uniq. transitivity ((1 - (sin t * sin t + cos t * cos t)) * (U * U + V * V)); [ring|]. rewrite S. ring.
      - intros t _. apply (ex_derive_continuous (fun t => 2 * ((U * cos t + V * sin t) * (U * cos t + V * sin t)))). auto_derive. easy. }
    rewrite (is_RInt_unique _ _ _ _ I). unfold G, minus, plus, opp, dot; simpl. fold U V. rewrite sin_2PI, cos_2PI, sin_0, cos_0. field. lra.
Qed.
