(** The theorem: facts established by the check imply a spurious minimum. *)
From Coq Require Import Reals ZArith List Lia Lra Bool Arith Psatz FunctionalExtensionality.
From Certify Require Import Statement Sums Minimum Pair Loss Forms Psd Padding Copy Certificate Soundness.
Open Scope R_scope.
Import ListNotations.

Lemma rabs_sq x y b : 0 <= b -> x * x <= y -> y <= b * b -> Rabs x <= b.
Proof. intros P H1 H2. apply Rabs_le. split; nra. Qed.

Lemma distance_sq n d W W' : distance n d W W' = sqrt (sq n d (diff W W')).
Proof. easy. Qed.

(** The loss in dimension D, through Gram matrices. *)
Lemma Phi_as_gram {tau : Tilt} n k D W : (k <= D)%nat ->
  Phi n k D units W = Phi_gram n k (fun _ => 1) W (fun i => dot D (W i) (W i)) (fun i i' => dot D (W i) (W i')).
Proof.
  intros L. unfold Phi, Phi_gram. apply sum_ext. intros i _. f_equal.
  apply sum_ext. intros j Lj. unfold hv. rewrite !dot_units by lia. unfold units at 1. now rewrite Nat.eqb_refl.
Qed.

Lemma gram_good_good n k D W : (k <= D)%nat ->
  gram_good n k (fun _ => 1) W (fun i => dot D (W i) (W i)) (fun i i' => dot D (W i) (W i')) -> good n k D units W.
Proof.
  intros L H i Li. destruct (H i Li) as (H1 & H2 & H3). split; [easy|]. split.
  - intros i' Li'. destruct (H i' ltac:(lia)) as (H1' & _). repeat split; try easy. now apply H2.
  - intros j Lj. unfold apart. rewrite !dot_units by lia. replace (units j j) with 1 by (unfold units; now rewrite Nat.eqb_refl).
    specialize (H3 j Lj). repeat split; [easy|lra|easy].
Qed.

Section Accepted.

Variable c : certificate.
#[local] Hint Extern 0 Tilt => exact (tilt_of c) : typeclass_instances.
Hypothesis (S : sane_facts c) (B : box_facts c) (P : point_facts c).
Let n := students c.
Let k := teachers c.
Let d := dimension c.
Let C := centre c.
Let m := m_of c.
Let r := fraction (radius c).
Let rho := fraction (slack c).

Let kd : (k <= d)%nat := s_kd c S.
Let m_pos : 0 < m := b_m c B.
Let r_pos : 0 < r := proj1 (positive_fraction _ (s_radius c S)).
Let rho_pos : 0 < rho := proj1 (positive_fraction _ (s_slack c S)).
Let reach_pos : 0 < fraction (reach c) := proj1 (positive_fraction _ (s_reach c S)).

Lemma line_in_box W W' t : near c W -> near c W' -> 0 <= t <= 1 -> near c (line W (diff W' W) t).
Proof.
  intros H H' T i a Li La. specialize (H i a Li La). specialize (H' i a Li La). apply Rabs_le_inv in H. apply Rabs_le_inv in H'.
  unfold line, along, diff. set (x := W i a - centre c i a) in *. set (y := W' i a - centre c i a) in *.
  replace (W i a + t * (W' i a - W i a) - centre c i a) with ((1 - t) * x + t * y) by (unfold x, y; ring).
  apply Rabs_le. split; nra.
Qed.

Lemma line_0 W U : line W U 0 = W.
Proof. apply functional_extensionality. intros i. apply functional_extensionality. intros a. unfold line, along. ring. Qed.

Lemma line_1 W W' : line W (diff W' W) 1 = W'.
Proof. apply functional_extensionality. intros i. apply functional_extensionality. intros a. unfold line, along, diff. ring. Qed.

Lemma taylor W W' : near c W -> near c W' ->
  Phi n k d units W + ip n d (grad n k d units W) (diff W' W) + m / 2 * sq n d (diff W' W) <= Phi n k d units W'.
Proof.
  intros H H'. pose proof (taylor_line n k d units W (diff W' W) m) as T. rewrite line_0, line_1 in T.
  rewrite (D1_grad n k d units W (b_good c B W H)) in T. apply T. intros t Ht. pose proof (line_in_box W W' t H H' Ht) as L.
  split; [now apply (b_good c B)|now apply (b_hess c B)].
Qed.

(** W' in more dimensions, near the box. *)
(** The Gram matrix of W' is that of its first d columns plus that of the others. Along the segment between
    the two all facts about the box hold, and [Phi_gram_grows] gives the growth. *)
Lemma wider D W : (d <= D)%nat -> near c W -> sq n D (fun i => beyond d (W i)) <= rho ->
  good n k D units W /\ Phi n k d units W + mu_of c / 2 * sq n D (fun i => beyond d (W i)) <= Phi n k D units W.
Proof.
  intros LD H Hs. set (E := fun i => beyond d (W i)) in *.
  set (N0 := fun i => dot d (W i) (W i)). set (P0 := fun i i' => dot d (W i) (W i')). set (G := fun i i' => dot D (E i) (E i')).
  assert (P0s : forall i i', P0 i i' = P0 i' i) by (intros; apply dot_comm).
  assert (Gs : forall i i', G i i' = G i' i) by (intros; apply dot_comm).
  assert (Gd : forall i, (i < n)%nat -> 0 <= G i i <= rho).
  { intros i Li. split; [apply dot_nonneg|]. apply Rle_trans with (2 := Hs). apply (sum_term n (fun i => dot D (E i) (E i))); [|easy]. intros. apply dot_nonneg. }
  assert (Go : forall i i', (i < n)%nat -> (i' < n)%nat -> Rabs (G i i') <= rho).
  { intros i i' Li Li'. pose proof (Gd i Li). pose proof (Gd i' Li').
    assert (K1 : 0 <= dot D (fun a => E i a + E i' a) (fun a => E i a + E i' a)) by apply dot_nonneg.
    assert (K2 : 0 <= dot D (fun a => E i a - E i' a) (fun a => E i a - E i' a)) by apply dot_nonneg.
    rewrite dot_plus_l, (dot_comm D (E i)), (dot_comm D (E i')), !dot_plus_l in K1.
    rewrite dot_minus_l, (dot_comm D (E i)), (dot_comm D (E i')), !dot_minus_l in K2.
    fold (G i i) (G i i') (G i' i) (G i' i') in K1, K2. rewrite (Gs i' i) in K1, K2. apply Rabs_le. lra. }
  assert (Cl : forall s, 0 <= s <= 1 -> close c (Ns N0 G s) (Ps P0 G s) W).
  { intros s Hs1. repeat split.
    - intros i i'. unfold Ps. now rewrite P0s, Gs.
    - intros i Li. unfold Ns, N0. replace (dot d (W i) (W i) + s * G i i - dot (dimension c) (W i) (W i)) with (s * G i i) by (unfold d; ring).
      pose proof (Gd i Li). fold rho. apply Rabs_le. split; nra.
    - intros i i' Li Li'. unfold Ps, P0. replace (dot d (W i) (W i') + s * G i i' - dot (dimension c) (W i) (W i')) with (s * G i i') by (unfold d; ring).
      pose proof (Go i i' Li Li') as Hg. apply Rabs_le_inv in Hg. fold rho. apply Rabs_le. split; nra. }
  assert (End : forall i i', Ps P0 G 1 i i' = dot D (W i) (W i')).
  { intros i i'. unfold Ps, P0, G, E. rewrite (dot_beyond d D (W i) (W i')) by easy. ring. }
  assert (EN1 : Ns N0 G 1 = fun i => dot D (W i) (W i)).
  { apply functional_extensionality. intros i. unfold Ns, N0, G, E. rewrite (dot_beyond d D (W i) (W i)) by easy. ring. }
  assert (EP1 : Ps P0 G 1 = fun i i' => dot D (W i) (W i')).
  { apply functional_extensionality. intros i. apply functional_extensionality. intros i'. apply End. }
  assert (EN0 : Ns N0 G 0 = N0) by (apply functional_extensionality; intros i; unfold Ns; ring).
  assert (EP0 : Ps P0 G 0 = P0) by (apply functional_extensionality; intros i; apply functional_extensionality; intros i'; unfold Ps; ring).
  split.
  - apply gram_good_good; [lia|]. rewrite <- EN1, <- EP1. apply (b_gram c B W); [easy|apply Cl; lra].
  - rewrite (Phi_as_gram n k d), (Phi_as_gram n k D) by lia. rewrite <- EN1, <- EP1. fold N0 P0. rewrite <- EN0 at 1. rewrite <- EP0 at 1.
    replace (mu_of c / 2 * sq n D E) with ((mu_of c * sq n D E) / 2) by field.
    apply (Phi_gram_grows n k (fun _ => 1) W); try easy; [intros; lra|].
    intros s Hs1. destruct (b_gram c B W _ _ H (Cl s Hs1)) as [Hg Hf]. split; [exact Hg|].
    apply (gram_form n D (padding n k (fun _ => 1) W (Ns N0 G s) (Ps P0 G s)) E). exact Hf.
Qed.

Lemma centre_beyond i a : (d <= a)%nat -> C i a = 0.
Proof.
  intros L. unfold C, centre, rational. rewrite nth_overflow; [unfold ratio, Rdiv; ring|].
  destruct (le_lt_dec (length (point c)) i) as [H|H].
  - rewrite (nth_overflow (point c)) by easy. simpl. lia.
  - apply Nat.le_trans with (2 := L). apply (s_rows c S). now apply nth_In.
Qed.

Lemma sq_split D W : (d <= D)%nat -> sq n D W = sq n d W + sq n D (fun i => beyond d (W i)).
Proof. intros L. unfold sq, ip. rewrite <- sum_plus. apply sum_ext. intros i _. now apply dot_beyond. Qed.

(** W is the minimum of the first d columns ([minimum]), padded with zeros. A W' close to it is lower bounded
    by its first d columns and by what the others add ([wider]); one of the two is strict. The enclosures
    of distance and loss are those at C, moved by what [minimum] says. *)
Theorem spurious : spurious_minimum (fraction (rising c)) (fraction (falling c)) n k d C (fraction (delta c)) (fraction (low c)) (fraction (high c)).
Proof.
  destruct (minimum n d C r m (Phi n k d units) (grad n k d units) r_pos m_pos taylor) as (Ws & Hb & Hmin & Hstrict & Hd & Hl & Hz).
  split; [apply (s_share c S)|].
  split; [apply (s_kn c S)|]. split; [lia|].
  exists Ws. split; [intros i a L; apply Hz; now right|]. intros D LD.
  assert (Zb : forall i, beyond d (Ws i) = fun _ => 0).
  { intros i. apply functional_extensionality. intros a. unfold beyond. destruct (Nat.ltb_spec a d); [easy|]. apply Hz. now right. }
  assert (SqZ : sq n D (fun i => beyond d (Ws i)) = 0).
  { unfold sq, ip. apply sum_zero. intros i _. rewrite Zb. apply dot_zero_r. }
  assert (Diff : forall W, sq n D (diff W Ws) = sq n d (diff W Ws) + sq n D (fun i => beyond d (W i))).
  { intros W. rewrite (sq_split D) by easy. f_equal. unfold sq. apply ip_ext; intros i a Li La; unfold beyond, diff; destruct (Nat.ltb_spec a d); try easy;
      rewrite (Hz i a) by (now right); ring. }
  assert (PhiD : Phi n k D units Ws = Phi n k d units Ws).
  { rewrite !Phi_as_gram by lia. f_equal.
    - apply functional_extensionality. intros i. rewrite (dot_beyond d D) by easy. rewrite Zb, dot_zero_r. ring.
    - apply functional_extensionality. intros i. apply functional_extensionality. intros i'. rewrite (dot_beyond d D) by easy. rewrite (Zb i'), dot_zero_r. ring. }
  assert (Good : good n k D units Ws) by (apply wider; [easy|easy|rewrite SqZ; lra]).
  pose proof PI_RGT_0 as Ppi. set (p := fraction (rising c)). set (q := fraction (falling c)).
  assert (Ps : 0 < share c) by (pose proof (s_share c S); unfold share; nra).
  assert (Value : forall W, good n k D units W -> 2 * PI * F p q n k D W = share c * (Phi n k D units W + constant_of k)).
  { intros W H. pose proof (loss_Phi (tau := tilt_of c) n k D units p q (s_share c S) eq_refl W H) as L.
    assert (kD : (k <= D)%nat) by lia. pose proof (constant_units (tau := tilt_of c) p q k D (s_share c S) eq_refl kD) as K. unfold F.
    change (share c) with ((p + q) * (p + q)). rewrite (Rmult_plus_distr_l ((p + q) * (p + q))), <- L, <- K. ring. }
  assert (Dist : sq n d (diff Ws C) <= fraction (reach c) * fraction (reach c)).
  { pose proof (p_grad c P) as Hp. fold n k d C m in Hp. assert (0 < m * m) by now apply Rmult_lt_0_compat.
    apply Rmult_le_reg_l with (m * m); [easy|]. lra. }
  repeat split.
  - set (eps := Rmin (r - fraction (reach c)) (Rmin 1 rho)).
    assert (Pd : fraction (reach c) < r) by apply (p_reach c P).
    assert (E1 : eps <= r - fraction (reach c)) by apply Rmin_l.
    assert (E2 : eps <= 1) by (apply Rle_trans with (1 := Rmin_r _ _); apply Rmin_l).
    assert (E3 : eps <= rho) by (apply Rle_trans with (1 := Rmin_r _ _); apply Rmin_r).
    assert (E0 : 0 < eps) by (apply Rmin_pos; [lra|apply Rmin_pos; lra]).
    exists eps. split; [easy|]. intros W' [HW1 HW2]. rewrite distance_sq in HW1, HW2.
    pose proof (sq_nonneg n D (diff W' Ws)) as Sn.
    assert (Sq : sq n D (diff W' Ws) < eps * eps).
    { rewrite <- (sqrt_sqrt (sq n D (diff W' Ws)) Sn). pose proof (sqrt_pos (sq n D (diff W' Ws))). nra. }
    assert (S0 : 0 < sq n D (diff W' Ws)).
    { destruct (Rle_lt_dec (sq n D (diff W' Ws)) 0) as [L|L]; [|easy]. rewrite sqrt_neg_0 in HW1 by easy. lra. }
    rewrite Diff in Sq, S0. pose proof (sq_nonneg n d (diff W' Ws)) as Sa. pose proof (sq_nonneg n D (fun i => beyond d (W' i))) as Sb.
    assert (Near : near c W').
    { intros i a Li La. fold r C.
      assert (A1 : Rabs (diff W' Ws i a) <= eps) by (apply rabs_sq with (sq n d (diff W' Ws)); [lra|now apply sq_entry|lra]).
      assert (A2 : Rabs (diff Ws C i a) <= fraction (reach c)) by (apply rabs_sq with (sq n d (diff Ws C)); [lra|now apply sq_entry|lra]).
      apply Rabs_le_inv in A1. apply Rabs_le_inv in A2. unfold diff in A1, A2. apply Rabs_le. unfold C in *. lra. }
    destruct (wider D W' LD Near) as [Good' Grow]; [nra|].
    apply Rmult_lt_reg_l with (2 * PI); [lra|]. rewrite !Value by easy. rewrite PhiD. apply Rmult_lt_compat_l; [easy|].
    pose proof (b_mu c B) as Pmu.
    destruct (Rle_lt_dec (sq n d (diff W' Ws)) 0) as [L|L].
    + specialize (Hmin W' Near). assert (0 < mu_of c / 2 * sq n D (fun i => beyond d (W' i))) by (apply Rmult_lt_0_compat; lra). lra.
    + specialize (Hstrict W' Near L). assert (0 <= mu_of c / 2 * sq n D (fun i => beyond d (W' i))) by (apply Rmult_le_pos; lra). lra.
  - apply Rle_trans with (2 := p_delta c P). rewrite distance_sq. rewrite <- (sqrt_square (fraction (reach c))) by lra. apply sqrt_le_1_alt.
    rewrite (sq_split D) by easy.
    replace (sq n D (fun i => beyond d (diff Ws C i))) with 0; [lra|]. symmetry. unfold sq, ip. apply sum_zero. intros i _. apply sum_zero. intros a _.
    unfold beyond, diff. destruct (Nat.ltb_spec a d); [ring|]. rewrite (Hz i a) by (now right). rewrite centre_beyond by easy. ring.
  - apply (positive_fraction _ (s_low c S)).
  - apply Rmult_le_reg_l with (2 * PI); [lra|]. rewrite Value, PhiD by easy. pose proof (p_low c P) as Hp. fold n k d C m in Hp. apply Rle_trans with (1 := Hp). apply Rmult_le_compat_l; lra.
  - apply Rmult_le_reg_l with (2 * PI); [lra|]. rewrite Value, PhiD by easy. pose proof (p_high c P) as Hp. fold n k d C m in Hp. apply Rle_trans with (2 := Hp). apply Rmult_le_compat_l; lra.
  - apply loss_copy. apply (s_kn c S).
Qed.

End Accepted.
