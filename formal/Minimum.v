(** A function that is strongly convex on a box has a strict minimum there: no compactness, no choice. *)
From Coq Require Import Reals Lra Lia Arith Psatz Classical.

From Certify Require Import Statement Sums.
Open Scope R_scope.

Section Minimum.

Variables (n d : nat) (C : matrix) (r m : R) (Phi : matrix -> R) (grad : matrix -> matrix).

Definition diff (W W' : matrix) : matrix := fun i a => W i a - W' i a.
Definition box (W : matrix) : Prop := forall i a, (i < n)%nat -> (a < d)%nat -> Rabs (W i a - C i a) <= r.

Hypothesis (r_pos : 0 < r) (m_pos : 0 < m).
Hypothesis taylor : forall W W', box W -> box W' -> Phi W + ip n d (grad W) (diff W' W) + m / 2 * sq n d (diff W' W) <= Phi W'.

Lemma box_centre : box C.
Proof. intros i a _ _. rewrite Rminus_eq_0, Rabs_R0. lra. Qed.

Definition middle (W W' : matrix) : matrix := fun i a => (W i a + W' i a) / 2.

Lemma box_middle W W' : box W -> box W' -> box (middle W W').
Proof.
  intros H H' i a Li La. specialize (H i a Li La). specialize (H' i a Li La). unfold middle.
  apply Rabs_le_inv in H. apply Rabs_le_inv in H'. apply Rabs_le. lra.
Qed.

Lemma diff_middle W W' : ip n d (grad (middle W W')) (diff W (middle W W')) + ip n d (grad (middle W W')) (diff W' (middle W W')) = 0.
Proof.
  rewrite <- ip_plus_r. unfold ip, dot. apply sum_zero. intros. apply sum_zero. intros. unfold diff, middle. field.
Qed.

Lemma sq_middle W W' : sq n d (diff W (middle W W')) = sq n d (diff W W') / 4 /\ sq n d (diff W' (middle W W')) = sq n d (diff W W') / 4.
Proof.
  assert (E : forall X, (forall i a, X i a * X i a = / 4 * (diff W W' i a * diff W W' i a)) -> sq n d X = sq n d (diff W W') / 4).
  { intros X H. unfold sq, ip, dot, Rdiv. rewrite Rmult_comm, <- sum_scal. apply sum_ext. intros. rewrite <- sum_scal.
    apply sum_ext. intros. apply H. }
  split; apply E; intros; unfold diff, middle; field.
Qed.

Lemma midpoint W W' : box W -> box W' -> Phi (middle W W') <= (Phi W + Phi W') / 2 - m / 8 * sq n d (diff W W').
Proof.
  intros H H'. pose proof (taylor _ _ (box_middle _ _ H H') H) as T. pose proof (taylor _ _ (box_middle _ _ H H') H') as T'.
  pose proof (diff_middle W W'). destruct (sq_middle W W') as [E E']. rewrite E in T. rewrite E' in T'. lra.
Qed.

Lemma low W : box W -> Phi C - sq n d (grad C) / (2 * m) <= Phi W.
Proof.
  intros H. pose proof (taylor _ _ box_centre H) as T. pose proof (ip_young n d (grad C) (diff W C) m m_pos) as Y.
  replace (sq n d (grad C) / (2 * m)) with (sq n d (grad C) / m / 2) by (field; lra). lra.
Qed.

Lemma infimum : exists v, (forall W, box W -> v <= Phi W) /\ forall eps, 0 < eps -> exists W, box W /\ Phi W <= v + eps.
Proof.
  destruct (completeness (fun x => exists W, box W /\ x = - Phi W)) as [u [U1 U2]].
  - exists (- (Phi C - sq n d (grad C) / (2 * m))). intros x [W [B ->]]. apply low in B. lra.
  - exists (- Phi C). exists C. split; [apply box_centre|easy].
  - exists (- u). split.
    + intros W B. assert (- Phi W <= u) by (apply U1; now exists W). lra.
    + intros eps P. apply NNPP. intros N. assert (u <= u - eps); [|lra]. apply U2. intros x [W [B ->]].
      destruct (Rle_lt_dec (Phi W) (- u + eps)) as [L|L]; [|lra]. exfalso. apply N. now exists W.
Qed.

Section Limit.

Variable v : R.
Hypothesis (inf_low : forall W, box W -> v <= Phi W) (inf_near : forall eps, 0 < eps -> exists W, box W /\ Phi W <= v + eps).

Definition almost (e : R) (W : matrix) : Prop := box W /\ Phi W <= v + m / 8 * (e * e).

Lemma almost_ex e : 0 < e -> exists W, almost e W.
Proof. intros P. apply inf_near. apply Rmult_lt_0_compat; nra. Qed.

Lemma almost_close e W W' i a : 0 < e -> almost e W -> almost e W' -> (i < n)%nat -> (a < d)%nat -> Rabs (W i a - W' i a) <= e.
Proof.
  intros P [B H] [B' H'] Li La. pose proof (midpoint _ _ B B') as M. pose proof (inf_low _ (box_middle _ _ B B')) as L.
  pose proof (sq_entry n d (diff W W') i a Li La) as S. unfold diff in S at 1 2.
  assert (S' : (W i a - W' i a) * (W i a - W' i a) <= e * e) by nra.
  apply Rabs_le. split; nra.
Qed.

Lemma almost_mono e e' W : 0 < e -> e <= e' -> almost e W -> almost e' W.
Proof. intros P L [B H]. split; [easy|]. assert (e * e <= e' * e') by nra. nra. Qed.

Definition below (i a : nat) (x : R) : Prop := exists e, 0 < e /\ forall W, almost e W -> x <= W i a.

Definition limit (i a : nat) : {x | ((i < n)%nat -> (a < d)%nat -> is_lub (below i a) x) /\ ((n <= i)%nat \/ (d <= a)%nat -> x = 0)}.
Proof.
  destruct (lt_dec i n) as [Li|Li]; [destruct (lt_dec a d) as [La|La]|]; [|exists 0; split; [lia|easy]..].
  destruct (completeness (below i a)) as [x X].
  - exists (C i a + r). intros x [e [P H]]. destruct (almost_ex e P) as [W A]. specialize (H W A). destruct A as [B _].
    specialize (B i a Li La). apply Rabs_le_inv in B. lra.
  - exists (C i a - r). exists 1. split; [lra|]. intros W [B _]. specialize (B i a Li La). apply Rabs_le_inv in B. lra.
  - exists x. split; [easy|lia].
Defined.

Definition Ws : matrix := fun i a => proj1_sig (limit i a).

Lemma Ws_near e W i a : 0 < e -> almost e W -> (i < n)%nat -> (a < d)%nat -> Rabs (W i a - Ws i a) <= e.
Proof.
  intros P A Li La. unfold Ws. destruct (limit i a) as [x X0]. simpl. destruct X0 as [X _]. destruct (X Li La) as [X1 X2].
  apply Rabs_le. split.
  - assert (x <= W i a + e); [|lra]. apply X2. intros y [e' [P' H]].
    assert (Q : 0 < Rmin e e') by (apply Rmin_pos; easy). destruct (almost_ex _ Q) as [W' A'].
    assert (Y : y <= W' i a) by (apply H; apply almost_mono with (2 := Rmin_r e e'); easy).
    assert (Z : Rabs (W i a - W' i a) <= e) by (apply almost_close; try easy; apply almost_mono with (2 := Rmin_l e e'); easy).
    apply Rabs_le_inv in Z. lra.
  - assert (W i a - e <= x); [|lra]. apply X1. exists e. split; [easy|]. intros W' A'.
    assert (Z : Rabs (W i a - W' i a) <= e) by (apply almost_close; easy). apply Rabs_le_inv in Z. lra.
Qed.

Lemma Ws_box : box Ws.
Proof.
  intros i a Li La. apply le_epsilon. intros e P. destruct (almost_ex e P) as [W A].
  pose proof (Ws_near e W i a P A Li La) as N. destruct A as [B _]. specialize (B i a Li La).
  apply Rabs_le_inv in N. apply Rabs_le_inv in B. apply Rabs_le. lra.
Qed.

(** An almost-minimiser W lies within e of the limit in each entry. Taylor's inequality from the limit to W
    bounds Phi at the limit by that at W and a multiple of e. *)
Lemma Ws_least : Phi Ws <= v.
Proof.
  set (g := sq n d (grad Ws)). set (K := m / 8 + g / 2 + INR n * INR d / 2 + 1).
  assert (Hg : 0 <= g) by apply sq_nonneg. assert (Hn : 0 <= INR n * INR d) by (apply Rmult_le_pos; apply pos_INR).
  assert (HK : 0 < K) by (unfold K; lra).
  apply le_epsilon. intros eps P. set (e := Rmin 1 (eps / K)).
  assert (Pe : 0 < e) by (apply Rmin_pos; [lra|now apply Rdiv_lt_0_compat]).
  destruct (almost_ex e Pe) as [W A]. pose proof (taylor _ _ Ws_box (proj1 A)) as T.
  assert (Hs : sq n d (diff W Ws) <= INR n * (INR d * (e * e))).
  { apply sq_le; [lra|]. intros i a Li La. unfold diff. now apply Ws_near. }
  pose proof (sq_nonneg n d (diff W Ws)) as Hp.
  pose proof (ip_young n d (grad Ws) (diff W Ws) (/ e) (Rinv_0_lt_compat _ Pe)) as Y. fold g in Y.
  replace (g / / e) with (e * g) in Y by (field; lra).
  assert (Hi : / e * sq n d (diff W Ws) <= INR n * INR d * e).
  { apply Rmult_le_reg_l with e; [easy|]. rewrite <- Rmult_assoc, Rinv_r by lra. lra. }
  destruct A as [_ A].
  assert (e <= 1) by apply Rmin_l. assert (e * K <= eps).
  { apply Rmult_le_reg_r with (/ K); [now apply Rinv_0_lt_compat|]. rewrite Rmult_assoc, Rinv_r, Rmult_1_r by lra. apply Rmin_r. }
  assert (m / 8 * (e * e) <= m / 8 * e) by (apply Rmult_le_compat_l; nra).
  assert (0 <= m / 2 * sq n d (diff W Ws)) by (apply Rmult_le_pos; lra).
  unfold K in *. nra.
Qed.

End Limit.

(** The limit attains the infimum. It is the only point that does: the middle of two would be lower. How far
    it is from C, and how much lower, is Taylor's inequality at C. *)
Theorem minimum : exists W, box W /\ (forall W', box W' -> Phi W <= Phi W') /\ (forall W', box W' -> 0 < sq n d (diff W' W) -> Phi W < Phi W') /\
  m * m * sq n d (diff W C) <= 4 * sq n d (grad C) /\ Phi C - sq n d (grad C) / (2 * m) <= Phi W <= Phi C /\
  (forall i a, (n <= i)%nat \/ (d <= a)%nat -> W i a = 0).
Proof.
  destruct infimum as [v [H1 H2]]. set (W := Ws v H2). exists W.
  assert (B : box W) by (now apply Ws_box). assert (L : Phi W <= v) by (now apply Ws_least).
  assert (LC : Phi W <= Phi C) by (apply Rle_trans with v; [easy|apply H1, box_centre]).
  repeat split; try easy.
  - intros W' B'. apply Rle_trans with v; [easy|now apply H1].
  - intros W' B' P. pose proof (midpoint _ _ B' B) as M. pose proof (H1 _ (box_middle _ _ B' B)).
    pose proof (Rmult_lt_0_compat _ _ m_pos P). lra.
  - pose proof (taylor _ _ box_centre B) as T. assert (P : 0 < m / 2) by lra.
    pose proof (ip_young n d (grad C) (diff W C) (m / 2) P) as Y.
    replace (sq n d (grad C) / (m / 2)) with (sq n d (grad C) * 2 / m) in Y by (field; lra).
    assert (E : m / 4 * sq n d (diff W C) <= sq n d (grad C) / m) by (unfold Rdiv in *; lra).
    apply Rmult_le_compat_l with (r := 4 * m) in E; [|lra].
    replace (4 * m * (sq n d (grad C) / m)) with (4 * sq n d (grad C)) in E by (field; lra). lra.
  - now apply low.
  - intros i a. unfold W, Ws. destruct (limit v H2 i a) as [x X]. exact (proj2 X).
Qed.

End Minimum.
