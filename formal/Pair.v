(** One pair of neurons: 2 pi kernel = h, and its derivatives along a path (lemmas 1 and 2 of proofs/lemmas). *)
From Coq Require Import Reals Lra Lia Arith Psatz.
From Coquelicot Require Import Coquelicot.
From Certify Require Import Statement Sums.
Open Scope R_scope.

Ltac known H := match type of H with is_derive ?f ?t ?l => replace (Derive (fun x : R => f x) t) with l by (symmetry; apply is_derive_unique; exact H) end.

(** A number that is added to the angle A of every pair, as lemma 24 of proofs/lemmas does for an
    activation: - 2 pi p q / (p + q)^2, and 0 for ReLU. A class: Coq writes it in wherever it is used. *)
Class Tilt := tilt : R.

Section Path.
Context {tau : Tilt}.

(** Squared norms N, M and the inner product p, differentiable at t. *)
Variables (N M p : R -> R) (t N1 M1 p1 : R).
Hypothesis (dN : is_derive N t N1) (dM : is_derive M t M1) (dp : is_derive p t p1).
Hypothesis (Npos : 0 < N t) (Mpos : 0 < M t) (apart : p t * p t < N t * M t).

Definition Sf (N M p : R) := sqrt (N * M - p * p).
Definition Af (N M p : R) := PI / 2 + tilt + atan (p / Sf N M p).
Definition hf (N M p : R) := Sf N M p + Af N M p * p.

Lemma S_pos : 0 < Sf (N t) (M t) (p t).
Proof. apply sqrt_lt_R0. lra. Qed.

Lemma S_sq : Sf (N t) (M t) (p t) * Sf (N t) (M t) (p t) = N t * M t - p t * p t.
Proof. apply sqrt_sqrt. lra. Qed.

Lemma dS : is_derive (fun s => Sf (N s) (M s) (p s)) t ((N1 * M t + N t * M1 - 2 * p t * p1) / (2 * Sf (N t) (M t) (p t))).
Proof.
  pose proof S_pos as P. unfold Sf in *. auto_derive.
  - repeat split; try (eexists; eassumption). lra.
  - known dN. known dM. known dp. unfold Rminus in *. field. lra.
Qed.

Lemma dA : is_derive (fun s => Af (N s) (M s) (p s)) t
  ((p1 - p t * N1 / (2 * N t) - p t * M1 / (2 * M t)) / Sf (N t) (M t) (p t)).
Proof.
  pose proof S_pos as P. pose proof S_sq as Q. unfold Af.
  set (S := fun s => Sf (N s) (M s) (p s)). change (Sf (N t) (M t) (p t)) with (S t) in *.
  assert (D : is_derive S t ((N1 * M t + N t * M1 - 2 * p t * p1) / (2 * S t))) by exact dS.
  apply (is_derive_ext (fun s => PI / 2 + tilt + atan (p s / S s))); [easy|].
  auto_derive.
  - repeat split; try (eexists; eassumption). lra.
  - known dp. known D.
    replace (M t) with ((S t * S t + p t * p t) / N t) by (rewrite Q; field; lra).
    assert (0 < S t * S t + p t * p t) by nra. field. repeat split; nra.
Qed.

(** First derivative. *)
Definition g1 (N M p N1 M1 p1 : R) := Sf N M p * (N1 / (2 * N) + M1 / (2 * M)) + Af N M p * p1.

(** The derivatives of S and of A are those above; S^2 + p^2 = N M gathers the terms. *)
Lemma dh : is_derive (fun s => hf (N s) (M s) (p s)) t (g1 (N t) (M t) (p t) N1 M1 p1).
Proof.
  pose proof S_pos as P. pose proof S_sq as Q. unfold hf, g1.
  set (S := fun s => Sf (N s) (M s) (p s)). set (A := fun s => Af (N s) (M s) (p s)).
  assert (DS : is_derive S t ((N1 * M t + N t * M1 - 2 * p t * p1) / (2 * S t))) by exact dS.
  assert (DA : is_derive A t ((p1 - p t * N1 / (2 * N t) - p t * M1 / (2 * M t)) / S t)) by exact dA.
  change (Sf (N t) (M t) (p t)) with (S t) in *. change (Af (N t) (M t) (p t)) with (A t) in *.
  apply (is_derive_ext (fun s => S s + A s * p s)); [easy|].
  auto_derive.
  - repeat split; eexists; eassumption.
  - known dp. known DS. known DA.
    replace (M t) with ((S t * S t + p t * p t) / N t) by (rewrite Q; field; lra).
    assert (0 < S t * S t + p t * p t) by nra. field. repeat split; nra.
Qed.

(** Second derivative; N2, M2, p2 are the second derivatives of the path. *)
Definition g2 (N M p N1 M1 p1 N2 M2 p2 : R) :=
  Sf N M p * (N2 / (2 * N) + M2 / (2 * M)) + Af N M p * p2
  + (p1 - p * N1 / (2 * N) - p * M1 / (2 * M)) * (p1 - p * N1 / (2 * N) - p * M1 / (2 * M)) / Sf N M p
  - Sf N M p * ((N1 / (2 * N) - M1 / (2 * M)) * (N1 / (2 * N) - M1 / (2 * M))).

(** As for [dh], one derivative further. *)
Lemma dg (Nd Md pd : R -> R) (N2 M2 p2 : R) : Nd t = N1 -> Md t = M1 -> pd t = p1 ->
  is_derive Nd t N2 -> is_derive Md t M2 -> is_derive pd t p2 ->
  is_derive (fun s => g1 (N s) (M s) (p s) (Nd s) (Md s) (pd s)) t (g2 (N t) (M t) (p t) N1 M1 p1 N2 M2 p2).
Proof.
  intros EN EM Ep dNd dMd dpd.
  pose proof S_pos as P. pose proof S_sq as Q. unfold g1, g2.
  set (S := fun s => Sf (N s) (M s) (p s)). set (A := fun s => Af (N s) (M s) (p s)).
  assert (DS : is_derive S t ((N1 * M t + N t * M1 - 2 * p t * p1) / (2 * S t))) by exact dS.
  assert (DA : is_derive A t ((p1 - p t * N1 / (2 * N t) - p t * M1 / (2 * M t)) / S t)) by exact dA.
  change (Sf (N t) (M t) (p t)) with (S t) in *. change (Af (N t) (M t) (p t)) with (A t) in *.
  apply (is_derive_ext (fun s => S s * (Nd s / (2 * N s) + Md s / (2 * M s)) + A s * pd s)); [easy|].
  auto_derive.
  - repeat split; try (eexists; eassumption); lra.
  - known dN. known dM. known DS. known DA. known dNd. known dMd. known dpd. rewrite EN, EM, Ep.
    replace (M t) with ((S t * S t + p t * p t) / N t) by (rewrite Q; field; lra).
    assert (0 < S t * S t + p t * p t) by nra. field. repeat split; nra.
Qed.

End Path.

(** The kernel of ReLU. *)
(** With c the cosine, sqrt (1 - c^2) is S over the product of the norms, and acos c is pi/2 less the arc
    tangent in A. *)
Lemma arc_h {tau : Tilt} d u v : 0 < dot d u u -> 0 < dot d v v -> dot d u v * dot d u v < dot d u u * dot d v v ->
  2 * PI * arc d u v + tilt * dot d u v = hf (dot d u u) (dot d v v) (dot d u v).
Proof.
  set (N := dot d u u). set (M := dot d v v). set (p := dot d u v). intros PN PM H. pose proof PI_RGT_0 as Ppi.
  assert (PR : 0 < sqrt N * sqrt M) by (apply Rmult_lt_0_compat; now apply sqrt_lt_R0).
  assert (R2 : (sqrt N * sqrt M) * (sqrt N * sqrt M) = N * M) by (replace ((sqrt N * sqrt M) * (sqrt N * sqrt M)) with ((sqrt N * sqrt N) * (sqrt M * sqrt M)) by ring; rewrite !sqrt_sqrt; lra).
  unfold arc, cosine, norm. fold N M p. set (R := sqrt N * sqrt M) in *. set (c := p / R).
  assert (PS : 0 < Sf N M p) by (apply sqrt_lt_R0; lra).
  assert (Q : sqrt (1 - c * c) = Sf N M p / R).
  { unfold Sf. replace (1 - c * c) with ((N * M - p * p) / (R * R)) by (unfold c; rewrite <- R2; field; lra).
    rewrite sqrt_div_alt by nra. rewrite sqrt_square by lra. easy. }
  assert (C1 : c * c < 1). { unfold c. apply Rmult_lt_reg_r with (R * R); [nra|]. replace (p / R * (p / R) * (R * R)) with (p * p) by (field; lra). lra. }
  assert (B : -1 < c < 1) by (split; apply Rnot_le_lt; intro; nra).
  unfold hf, Af. rewrite Q. replace (p / Sf N M p) with (c / (Sf N M p / R)) by (unfold c; field; split; lra).
  replace (acos c) with (PI / 2 - atan (c / (Sf N M p / R))). { unfold c. field. split; lra. }
  rewrite <- Q. unfold acos. destruct (Rle_dec c (-1)); [lra|]. destruct (Rle_dec 1 c); [lra|]. easy.
Qed.
