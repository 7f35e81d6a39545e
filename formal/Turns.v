(** Turns in the plane of two vectors: E does not see the mean over the m turns by 2 pi l / m,
    and that mean is near a multiple of (a.x)^2 + (b.x)^2 for large m. *)
From Coq Require Import Reals Lra Lia Arith Psatz FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Certify Require Import Statement StatementOfRisk Sums Admissible Angle.
Open Scope R_scope.

(** * Rotations *)

Lemma dot_combine d e p a q b x : dot d (fun i => e i + p * a i + q * b i) x =
  dot d e x + p * dot d a x + q * dot d b x.
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

(** All scalar products of the rows are written out; cos^2 + sin^2 = 1 does the rest. *)
Lemma rotation_orthogonal al : orthogonal d (rotation a b al).
Proof.
  intros i j Li Lj. unfold rotation at 1. rewrite dot_combine, dot_units_l by easy.
  rewrite (dot_comm d a (rotation a b al j)), (dot_comm d b (rotation a b al j)).
    unfold rotation at 2 3. rewrite !dot_combine, !dot_units_l by easy.
  rewrite aa, bb, ab, ba. unfold rotation.
  replace (if (i =? j)%nat then 1 else 0) with (units j i) by (unfold units;
    now rewrite Nat.eqb_sym).
  assert (C : sin al * sin al = 1 - cos al * cos al) by (pose proof (sin2_cos2 al) as H;
    unfold Rsqr in H; lra).
  ring_simplify. replace (sin al ^ 2) with (1 - cos al * cos al) by (rewrite <- C; ring). ring.
Qed.

Lemma rotation_apply al x i : (i < d)%nat -> apply d (rotation a b al) x i =
  x i + ((cos al - 1) * dot d a x - sin al * dot d b x) * a i + (sin al * dot d a x + (cos al - 1) *
    dot d b x) * b i.
Proof. intros L. unfold apply, rotation. rewrite dot_combine, dot_units_l by easy. ring. Qed.

Lemma rotation_dot al x u : dot d u (apply d (rotation a b al) x) = dot d u x
  + ((cos al - 1) * dot d a x - sin al * dot d b x) * dot d u a + (sin al * dot d a x + (cos al - 1)
    * dot d b x) * dot d u b.
Proof.
  rewrite (dot_ext d u u _ (fun i => x i + ((cos al - 1) * dot d a x - sin al * dot d b x) * a i +
    (sin al * dot d a x + (cos al - 1) * dot d b x) * b i)).
  - rewrite dot_comm, dot_combine, !(dot_comm d _ u). easy.
  - easy.
  - intros. now apply rotation_apply.
Qed.

Lemma rotation_a al x : dot d a (apply d (rotation a b al) x) =
  cos al * dot d a x - sin al * dot d b x.
Proof. rewrite rotation_dot, aa, ab. ring. Qed.

Lemma rotation_b al x : dot d b (apply d (rotation a b al) x) =
  sin al * dot d a x + cos al * dot d b x.
Proof. rewrite rotation_dot, bb, ba. ring. Qed.

End Plane.

(** rho is the norm, and phi the arc cosine of A / rho with the sign of B.
  At rho = 0 any phi will do. *)
Lemma polar A B : exists rho phi, 0 <= rho /\ rho * rho = A * A + B * B /\ A = rho * cos phi /\ B =
  rho * sin phi.
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
    - apply Rmult_le_reg_r with rho; [easy|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra.
      }
  assert (S : sin (acos (A / rho)) = Rabs B / rho).
  { rewrite sin_acos by easy. unfold Rsqr. replace (1 - A / rho * (A / rho)) with ((Rabs B / rho) *
    (Rabs B / rho)).
    - apply sqrt_square. apply Rmult_le_pos; [apply Rabs_pos|left; now apply Rinv_0_lt_compat].
    - assert (Rabs B * Rabs B = rho * rho - A * A) as E by (rewrite <- Rabs_mult,
      Rabs_pos_eq by easy; lra).
      replace (Rabs B / rho * (Rabs B / rho)) with (Rabs B * Rabs B / (rho * rho)) by (field; lra).
        rewrite E. field. lra. }
  destruct (Rle_dec 0 B) as [PB|NB].
  - exists rho, (acos (A / rho)). rewrite cos_acos, S, Rabs_pos_eq by easy.
    repeat split; try easy; field; lra.
  - exists rho, (- acos (A / rho)). rewrite cos_neg, sin_neg, cos_acos, S, Rabs_left1 by lra.
    repeat split; try easy; field; lra.
Qed.

(** * The mean over the turns *)

Section Turns.

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
Hypothesis (aa : dot d a a = 1) (bb : dot d b b = 1) (ab : dot d a b = 0) (Bth : 0 <= th <=
  PI) (PN : 0 <= N) (Hf : admissible d f).
(* f (x turned by al) = N rho^2 pulse (phi + al),
  where rho and phi are the polar coordinates of (a.x, b.x) *)
Hypothesis (turned : forall x, exists rho phi, rho * rho =
  dot d a x * dot d a x + dot d b x * dot d b x /\
  forall al, f (apply d (rotation a b al) x) = N * (rho * rho) * pulse th (phi + al)).

Let r (x : vector) := dot d a x * dot d a x + dot d b x * dot d b x.

Lemma r_admissible : admissible d r.
Proof. apply (admissible_plus d (fun x => dot d a x * dot d a x) (fun x => dot d b x * dot d b x));
  apply admissible_square. Qed.

Lemma E_r : E r = 2.
Proof.
  unfold r. rewrite (E_plus d E HE (fun x => dot d a x * dot d a x) (fun x => dot d b x * dot d b
    x)) by apply admissible_square.
  rewrite !(E_square d E HE), aa, bb. ring.
Qed.

Let mean m x := / INR m * sum m (fun l => f (apply d (rotation a b (angle m l)) x)).

Lemma mean_admissible m : admissible d (mean m).
Proof.
  apply (admissible_scal d (/ INR m) (fun x => sum m (fun l => f (apply d (rotation a b (angle m l))
    x)))).
  apply (admissible_sum d m (fun l x => f (apply d (rotation a b (angle m l)) x))). intros.
    now apply admissible_apply.
Qed.

(** E is linear, and each of the m turned functions has the expectation of f. *)
Lemma E_mean m : (0 < m)%nat -> E (mean m) = E f.
Proof.
  intros M. apply lt_0_INR in M. unfold mean.
  rewrite (E_scal d E HE (/ INR m) (fun x => sum m (fun l => f (apply d (rotation a b (angle m l))
    x)))).
  2:{ apply (admissible_sum d m (fun l x => f (apply d (rotation a b (angle m l)) x))). intros.
    now apply admissible_apply. }
  rewrite (E_sum m (fun l x => f (apply d (rotation a b (angle m l)) x))) by (intros;
    now apply admissible_apply).
  rewrite (sum_ext m _ (fun _ => E f)).
  - rewrite sum_const. field. lra.
  - intros. apply (E_orthogonal d E HE); [|easy]. now apply rotation_orthogonal.
Qed.

(** In polar coordinates the mean is a Riemann sum of the pulse, to which [average] applies. *)
Lemma mean_near m x : (0 < m)%nat -> Rabs (mean m x - N * (area th / (2 * PI)) * r x) <=
  N * (4 * PI / INR m) * r x.
Proof.
  intros M. destruct (turned x) as [rho [phi [Q T]]]. unfold mean, r. rewrite <- Q.
  rewrite (sum_ext m _ (fun l => N * (rho * rho) * pulse th (phi + angle m l))) by (intros;
    apply T). rewrite sum_scal.
  set (S := sum m (fun l => pulse th (phi + angle m l))).
  replace (/ INR m * (N * (rho * rho) * S) - N * (area th / (2 * PI)) * (rho * rho)) with (N * (rho
    * rho) * (/ INR m * S - area th / (2 * PI))) by ring.
  assert (P : 0 <= N * (rho * rho)) by (apply Rmult_le_pos; [easy|apply Rle_0_sqr]).
  rewrite Rabs_mult, (Rabs_pos_eq _ P).
  replace (N * (4 * PI / INR m) * (rho * rho)) with (N * (rho * rho) * (4 * PI / INR m)) by ring.
  apply Rmult_le_compat_l; [easy|]. now apply average.
Qed.

(** [mean_near] on both sides, by monotony; E of (a.x)^2 + (b.x)^2 is 2. *)
Lemma E_near m : (0 < m)%nat -> Rabs (E f - N * area th / PI) <= 8 * PI * N * / INR m.
Proof.
  intros M. pose proof PI_RGT_0 as P. assert (PM : 0 < INR m) by now apply lt_0_INR.
    rewrite <- (E_mean m M).
  assert (U : E (mean m) <= E (fun x => (N * (area th / (2 * PI)) + N * (4 * PI / INR m)) * r x)).
  { apply (E_le d E HE); [apply mean_admissible|apply admissible_scal, r_admissible|].
    intros x. pose proof (Rabs_le_inv _ _ (mean_near m x M)). lra. }
  assert (L : E (fun x => (N * (area th / (2 * PI)) - N * (4 * PI / INR m)) * r x) <= E (mean m)).
  { apply (E_le d E HE); [apply admissible_scal, r_admissible|apply mean_admissible|].
    intros x. pose proof (Rabs_le_inv _ _ (mean_near m x M)). lra. }
  rewrite (E_scal d E HE _ r r_admissible), E_r in U.
    rewrite (E_scal d E HE _ r r_admissible), E_r in L.
  replace (N * area th / PI) with (N * (area th / (2 * PI)) * 2) by (field; lra).
  replace (8 * PI * N * / INR m) with (N * (4 * PI / INR m) * 2) by (field; lra).
  apply Rabs_le. lra.
Qed.

(** [E_near] holds for every m, and its right side is below |E f - N area / pi| for large m unless
  that is 0. *)
Lemma E_turned : E f = N * area th / PI.
Proof.
  pose proof PI_RGT_0 as P. set (z := E f - N * area th / PI). cut (z = 0); [unfold z; lra|].
  destruct (Req_dec z 0) as [Z|NZ]; [easy|]. apply Rabs_pos_lt in NZ. exfalso.
  assert (PK : 0 <= 8 * PI * N) by (apply Rmult_le_pos; lra).
  destruct (archimed_cor1 (Rabs z / (8 * PI * N + 1))) as [m [S M]]; [apply Rdiv_lt_0_compat; lra|].
  pose proof (E_near m M) as H. fold z in H. set (K := 8 * PI * N) in *.
  assert (H' : K * / INR m <= K * (Rabs z / (K + 1))) by (apply Rmult_le_compat_l; lra).
  assert (K * (Rabs z / (K + 1)) < Rabs z); [|lra].
  apply Rmult_lt_reg_r with (K + 1); [lra|]. replace (K * (Rabs z / (K + 1)) * (K + 1)) with (K *
    Rabs z) by (field; lra). lra.
Qed.

End Turn.

End Turns.
