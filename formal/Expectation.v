(** E [u.x]_+ [v.x]_+ is the kernel of ReLU (lemma 1 of proofs/lemmas), and E sigma(u.x) sigma(v.x)
    that of sigma (lemma 24), so that the risk is the loss, and what the certificates prove of the loss
    (Carriers.v) holds of the risk. *)
From Coq Require Import Reals Lra Lia Arith Psatz FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Certify Require Import Statement StatementOfRisk Sums Admissible Angle Turns.
From Certify Require Loss.
Open Scope R_scope.

Section Expectation.

Variables (d : nat) (E : (vector -> R) -> R).
Hypothesis (HE : expectation d E).

(** Turned by al, the product is U V rho^2 pulse (phi + al) in polar coordinates:
  [E_turned] applies. *)
Lemma E_plane a b u v U V th : dot d a a = 1 -> dot d b b = 1 -> dot d a b = 0 -> 0 <= th <= PI ->
  0 <= U -> 0 <= V ->
  (forall x, dot d u x = U * dot d a x) -> (forall x, dot d v x =
    V * (cos th * dot d a x + sin th * dot d b x)) ->
  E (fun x => relu (dot d u x) * relu (dot d v x)) = U * V * area th / PI.
Proof.
  intros aa bb ab Bth PU PV Hu Hv. apply (E_turned d E HE a b); try easy;
    [now apply Rmult_le_pos|apply admissible_relu|].
  intros x. destruct (polar (dot d a x) (dot d b x)) as [rho [phi [P [Q [HA HB]]]]].
    exists rho, phi. split; [easy|].
  intros al. rewrite Hu, Hv, rotation_a, rotation_b by easy. rewrite HA, HB. unfold pulse.
  replace (U * (cos al * (rho * cos phi) - sin al * (rho * sin phi))) with (U * (rho * cos (phi +
    al))) by (rewrite cos_plus; ring).
  replace (V * _) with (V * (rho * cos (phi + al - th))) by (rewrite cos_minus, cos_plus, sin_plus;
    ring).
  rewrite !relu_scal by easy. ring.
Qed.

(** x -> -x changes neither E nor the law of u.x, and [t]_+^2 + [-t]_+^2 = t^2. *)
Lemma E_half u : E (fun x => relu (dot d u x) * relu (dot d u x)) = dot d u u / 2.
Proof.
  set (f := fun x => relu (dot d u x) * relu (dot d u x)). set (Q := fun i j => - units i j : R).
  assert (Hf : admissible d f) by apply admissible_relu.
  assert (Z : forall x, dot d u (apply d Q x) = - dot d u x).
  { intros x. replace (- dot d u x) with (-1 * dot d u x) by ring.
    rewrite <- (dot_scal_l d (-1) u x). apply sum_ext. intros i L. unfold apply, Q.
    replace (dot d (fun j => - units i j) x) with (- x i); [ring|].
    rewrite <- (dot_units_l d x i L). replace (- dot d (units i) x) with (-1 * dot d (units i) x) by
      ring. rewrite <- dot_scal_l. apply dot_ext; intros; ring. }
  assert (S : E (fun x => f (apply d Q x)) = E f).
  { apply (E_orthogonal d E HE); [|easy]. intros i j Li Lj. unfold Q.
    rewrite (dot_ext d _ (fun k => -1 * units i k) _ (fun k => -1 * units j k)) by (intros; ring).
    rewrite dot_scal_l, dot_comm, dot_scal_l, dot_units by easy. unfold units. rewrite Nat.eqb_sym.
      destruct (i =? j)%nat; ring. }
  assert (T : E (fun x => f x + f (apply d Q x)) = dot d u u).
  { rewrite <- (E_square d E HE). apply E_ext. intros x. unfold f. rewrite Z.
    rewrite !relu_abs, Rabs_Ropp.
    assert (Rabs (dot d u x) * Rabs (dot d u x) = dot d u x * dot d u x) by (rewrite <- Rabs_mult;
      apply Rabs_pos_eq, Rle_0_sqr). nra. }
  rewrite (E_plus d E HE f (fun x => f (apply d Q x))) in T; [lra|easy|now apply admissible_apply].
Qed.

Lemma dot_null u : dot d u u = 0 -> forall x, dot d u x = 0.
Proof.
  intros Z x. apply sum_zero. intros i L. assert (u i * u i <= 0).
  { rewrite <- Z. apply (sum_term d (fun i => u i * u i)); [intros; apply Rle_0_sqr|easy]. }
  assert (u i = 0) as -> by nra. ring.
Qed.

(** Three cases. If u or v is 0, both sides are 0.
  If they are parallel, v.x is a multiple of u.x and
    [E_half] applies, or the product is 0. Otherwise u / |u| and the part of v across u,
      divided by its
    norm, are the a and b of [E_plane], and the angle is the arc cosine of the cosine of u and v. *)
Theorem arc_expectation u v : E (fun x => relu (dot d u x) * relu (dot d v x)) = arc d u v.
Proof.
  pose proof PI_RGT_0 as PP. unfold arc, cosine, norm.
  set (p := dot d u v). set (nu := dot d u u). set (nv := dot d v v).
  assert (Pu : 0 <= nu) by apply dot_nonneg. assert (Pv : 0 <= nv) by apply dot_nonneg.
  destruct (Req_dec nu 0) as [Zu|NZu].
  { rewrite (E_ext E _ (fun _ => 0)), (E_zero d E HE). - rewrite Zu, sqrt_0. unfold Rdiv. ring.
    - intros x. rewrite (dot_null u Zu x), (relu_pos 0) by lra. ring. }
  destruct (Req_dec nv 0) as [Zv|NZv].
  { rewrite (E_ext E _ (fun _ => 0)), (E_zero d E HE). - rewrite Zv, sqrt_0. unfold Rdiv. ring.
    - intros x. rewrite (dot_null v Zv x), (relu_pos 0) by lra. ring. }
  set (U := sqrt nu). set (V := sqrt nv).
  assert (PU : 0 < U) by (apply sqrt_lt_R0; lra). assert (PV : 0 < V) by (apply sqrt_lt_R0; lra).
  assert (QU : U * U = nu) by (apply sqrt_sqrt; lra).
    assert (QV : V * V = nv) by (apply sqrt_sqrt; lra).
  assert (PUV : 0 < U * V) by now apply Rmult_lt_0_compat.
  set (c := p / (U * V)). assert (Ep : p = c * (U * V)) by (unfold c; field; lra).
  (* the part of v across u *)
  set (w := fun i => v i + (- (p / nu)) * u i + 0 * u i).
  assert (Hw : forall x, dot d w x = dot d v x - p / nu * dot d u x) by (intros; unfold w;
    rewrite dot_combine; ring).
  assert (wu : dot d w u = 0) by (rewrite Hw, (dot_comm d v u); fold p nu; field; lra).
  assert (ww : dot d w w = nv * (1 - c * c)).
  { rewrite Hw, !(dot_comm d _ w), wu, (Hw v). fold p nv. rewrite <- QV. rewrite Ep, <- QU. field.
    lra. }
  assert (C : c * c <= 1). { pose proof (dot_nonneg d w) as H. rewrite ww in H.
    assert (0 < nv) by lra. nra. }
  assert (B : -1 <= c <= 1) by (split; nra).
  destruct (Req_dec (c * c) 1) as [Cpar|Cnot].
  - (* parallel *)
    assert (Hv : forall x, dot d v x = c * (V / U) * dot d u x).
    { intros x. assert (dot d w x = 0) as H by (apply dot_null; rewrite ww, Cpar; ring).
      rewrite Hw in H.
      replace (c * (V / U)) with (p / nu) by (rewrite Ep, <- QU; field; lra). lra. }
    assert (PVU : 0 < V / U) by now apply Rdiv_lt_0_compat.
    assert (c = 1 \/ c = -1) as [E1|E1] by (destruct (Rle_dec 0 c); [left|right]; nra).
    + rewrite (E_ext E _ (fun x => V / U * (relu (dot d u x) * relu (dot d u x)))).
      2:{ intros x. rewrite Hv, E1, Rmult_1_l, relu_scal by lra. ring. }
      rewrite (E_scal d E HE) by apply admissible_relu. rewrite E_half. fold nu.
        rewrite <- QU, E1, acos_1.
      replace (1 - 1 * 1) with 0 by ring. rewrite sqrt_0. field. lra.
    + rewrite (E_ext E _ (fun x => 0)), (E_zero d E HE).
      * rewrite E1. replace (-1) with (- (1)) by ring. rewrite acos_opp, acos_1.
        replace (1 - - (1) * - (1)) with 0 by ring. rewrite sqrt_0. field. lra.
      * intros x. rewrite Hv, E1. destruct (Rle_dec 0 (dot d u x)) as [H|H].
        -- rewrite (relu_neg (-1 * _ * _)); [ring|]. assert (0 <=
          V / U * dot d u x) by (apply Rmult_le_pos; lra). lra.
        -- rewrite (relu_neg (dot d u x)) by lra. ring.
  - (* a plane *)
    assert (Ps : 0 < 1 - c * c) by lra. set (s := sqrt (1 - c * c)).
    assert (PS : 0 < s) by now apply sqrt_lt_R0. assert (QS : s * s =
      1 - c * c) by (apply sqrt_sqrt; lra).
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

(** * Other slopes *)

Definition opposite (v : vector) : vector := fun i => -1 * v i.

Lemma dot_opposite v x : dot d (opposite v) x = - dot d v x.
Proof. unfold opposite. rewrite dot_scal_l. ring. Qed.

Lemma cosine_norms u v : norm d u * norm d v * cosine d u v = dot d u v.
Proof.
  unfold cosine, norm.
  destruct (Req_dec (dot d u u) 0) as [Z|NZ]; [rewrite Z, sqrt_0, (dot_null u Z); ring|].
  destruct (Req_dec (dot d v v) 0) as [Z|NZ']; [rewrite Z, sqrt_0, (dot_comm d u v), (dot_null v Z);
    ring|].
  pose proof (dot_nonneg d u). pose proof (dot_nonneg d v).
  assert (0 < sqrt (dot d u u)) by (apply sqrt_lt_R0; lra).
  assert (0 < sqrt (dot d v v)) by (apply sqrt_lt_R0; lra). field. lra.
Qed.

(** The angle between u and -v is pi less that between u and v. *)
Lemma arc_opposite u v : arc d u (opposite v) = arc d u v - dot d u v / 2.
Proof.
  pose proof PI_RGT_0 as PP.
  assert (N : norm d (opposite v) = norm d v).
  { unfold norm. f_equal. rewrite dot_opposite, dot_comm, dot_opposite. ring. }
  assert (C : cosine d u (opposite v) = - cosine d u v).
  { unfold cosine. rewrite N, (dot_comm d u), dot_opposite, (dot_comm d v). unfold Rdiv. ring. }
  rewrite <- (cosine_norms u v). unfold arc. rewrite N, C, acos_opp.
  replace (- cosine d u v * - cosine d u v) with (cosine d u v * cosine d u v) by ring. field. lra.
Qed.

(** sigma(s) sigma(t) as four products of ReLUs. *)
Lemma activation_product p q u v :
  (fun x => activation p q (dot d u x) * activation p q (dot d v x)) = (fun x =>
    (p * p * (relu (dot d u x) * relu (dot d v x))
      + p * q * (relu (dot d u x) * relu (dot d (opposite v) x)))
    + (q * p * (relu (dot d (opposite u) x) * relu (dot d v x))
      + q * q * (relu (dot d (opposite u) x) * relu (dot d (opposite v) x)))).
Proof.
  apply functional_extensionality. intros x. rewrite !dot_opposite. unfold activation. ring.
Qed.

Lemma admissible_activation p q u v :
  admissible d (fun x => activation p q (dot d u x) * activation p q (dot d v x)).
Proof.
  rewrite activation_product. repeat apply admissible_plus; apply admissible_scal, admissible_relu.
Qed.

(** Lemma 24 of proofs/lemmas, for two neurons. *)
Theorem kernel_expectation p q u v :
  E (fun x => activation p q (dot d u x) * activation p q (dot d v x)) = kernel p q d u v.
Proof.
  assert (M : forall c u v, admissible d (fun x => c * (relu (dot d u x) * relu (dot d v x))))
    by (intros; apply admissible_scal, admissible_relu).
  rewrite activation_product, !(E_plus d E HE) by (repeat apply admissible_plus; apply M).
  rewrite !(E_scal d E HE), !arc_expectation by apply admissible_relu.
  rewrite !arc_opposite, !dot_opposite, (Loss.arc_comm d (opposite u)), arc_opposite.
  rewrite (Loss.arc_comm d v), (dot_comm d v). unfold kernel. field.
Qed.

(** * The loss *)

(** The products of all neurons X with all neurons Y. *)
Definition products p q m l (X Y : matrix) (x : vector) : R := sum m (fun i => sum l (fun j =>
  activation p q (dot d (X i) x) * activation p q (dot d (Y j) x))).

Lemma products_sums p q m l X Y x : products p q m l X Y x =
  sum m (fun i => activation p q (dot d (X i) x)) * sum l (fun j => activation p q (dot d (Y j) x)).
Proof. unfold products. rewrite <- sum_scal_r. apply sum_ext. intros. apply sum_scal. Qed.

Lemma admissible_row p q l (Y : matrix) u : admissible d (fun x =>
  sum l (fun j => activation p q (dot d u x) * activation p q (dot d (Y j) x))).
Proof.
  apply (admissible_sum d l (fun j x => activation p q (dot d u x) * activation p q (dot d (Y j) x))).
  intros. apply admissible_activation.
Qed.

Lemma admissible_products p q m l X Y : admissible d (products p q m l X Y).
Proof.
  apply (admissible_sum d m (fun i x =>
    sum l (fun j => activation p q (dot d (X i) x) * activation p q (dot d (Y j) x)))).
  intros. apply admissible_row.
Qed.

Lemma E_products p q m l X Y : E (products p q m l X Y) =
  sum m (fun i => sum l (fun j => kernel p q d (X i) (Y j))).
Proof.
  unfold products. rewrite (E_sum d E HE m (fun i x =>
    sum l (fun j => activation p q (dot d (X i) x) * activation p q (dot d (Y j) x))))
    by (intros; apply admissible_row).
  apply sum_ext. intros i _.
  rewrite (E_sum d E HE l (fun j x => activation p q (dot d (X i) x) * activation p q (dot d (Y j) x)))
    by (intros; apply admissible_activation).
  apply sum_ext. intros. apply kernel_expectation.
Qed.

(** The square is three sums of products of two neurons; E goes into each of them. *)
Theorem risk_is_loss p q n k V W : risk p q E n k d V W = loss p q n k d V W.
Proof.
  unfold risk.
  rewrite (E_ext E _ (fun x => products p q n n W W x
    + (-2 * products p q n k W V x + products p q k k V V x)))
    by (intros x; rewrite !products_sums; unfold difference; ring).
  rewrite (E_plus d E HE), (E_plus d E HE), (E_scal d E HE), !E_products;
    auto using admissible_plus, admissible_scal, admissible_products.
  unfold loss. field.
Qed.

End Expectation.

(** The two functions of W are equal, in each dimension and for each expectation. *)
Theorem minimum_of_risk p q n k d C delta low high :
  spurious_minimum p q n k d C delta low high ->
  spurious_minimum_of_risk p q n k d C delta low high.
Proof.
  intros (Hs & Hn & Hd & W & HZ & H). split; [easy|]. split; [easy|]. split; [easy|].
  exists W. split; [easy|]. intros D E L HE. specialize (H D L).
  assert (R : risk p q E n k D units = F p q n k D)
    by (apply functional_extensionality; intros W'; apply (risk_is_loss D E HE)).
  now rewrite R.
Qed.

(** What the certificates prove (Carriers.v), of the risk. *)
From Certify Require Import Certificate Spurious Carriers.

Corollary reference_of_risk bits c : check_reference bits c = true ->
  spurious_minimum_of_risk (fraction (rising c)) (fraction (falling c))
    (students c) (teachers c) (dimension c) (rational (point c) (denominator c))
    (fraction (delta c)) (fraction (low c)) (fraction (high c)).
Proof. intros H. apply minimum_of_risk. exact (reference_sound bits c H). Qed.

Corollary fast_of_risk bits c : check_fast bits c = true ->
  spurious_minimum_of_risk (fraction (rising c)) (fraction (falling c))
    (students c) (teachers c) (dimension c) (rational (point c) (denominator c))
    (fraction (delta c)) (fraction (low c)) (fraction (high c)).
Proof. intros H. apply minimum_of_risk. exact (fast_sound bits c H). Qed.
