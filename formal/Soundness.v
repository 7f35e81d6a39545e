(** A certificate that is accepted proves a spurious minimum, in every dimension from its own on. *)
From Coq Require Import Reals ZArith List Lia Lra Bool Arith Psatz FunctionalExtensionality.
From Interval Require Import Real.Xreal Interval.Interval.
From Certify Require Import Statement Sums Minimum Pair Loss Forms Psd Padding Copy Enclosure Entries Certificate.
Open Scope R_scope.
Import ListNotations.

(** What the two checks establish. *)
Section Facts.
Variable c : certificate.
#[local] Hint Extern 0 Tilt => exact (tilt_of c) : typeclass_instances.
Let n := students c.
Let k := teachers c.
Let d := dimension c.

Definition centre : matrix := rational (point c) (denominator c).
Definition m_of : R := fraction (shift c) - fraction (error c) * INR (n * d).
Definition mu_of : R := fraction (pad_shift c) - fraction (pad_error c) * INR n.
Definition near (W : matrix) : Prop := box n d centre (fraction (radius c)) W.
Definition close (N : nat -> R) (P : nat -> nat -> R) (W : matrix) : Prop :=
  (forall i i', P i i' = P i' i) /\ (forall i, (i < n)%nat -> Rabs (N i - dot d (W i) (W i)) <= fraction (slack c)) /\
  (forall i i', (i < n)%nat -> (i' < n)%nat -> Rabs (P i i' - dot d (W i) (W i')) <= fraction (slack c)).

Record box_facts : Prop := BoxFacts {
  b_m : 0 < m_of; b_mu : 0 < mu_of;
  b_good : forall W, near W -> good n k d units W;
  b_hess : forall W U, near W -> m_of * sq n d U <= D2 n k d units W U;
  b_gram : forall W N P, near W -> close N P W -> gram_good n k (fun _ => 1) W N P /\
    forall x, mu_of * dot n x x <= sum n (fun i => sum n (fun i' => padding n k (fun _ => 1) W N P i i' * x i * x i')) }.

Record point_facts : Prop := PointFacts {
  p_reach : fraction (reach c) < fraction (radius c); p_delta : fraction (reach c) <= fraction (delta c);
  p_grad : 4 * sq n d (grad n k d units centre) <= m_of * fraction (reach c) * (m_of * fraction (reach c));
  p_low : 2 * PI * fraction (low c) <= share c * (Phi n k d units centre + constant_of k - sq n d (grad n k d units centre) / (2 * m_of));
  p_high : share c * (Phi n k d units centre + constant_of k) <= 2 * PI * fraction (high c) }.

End Facts.

Lemma positive_fraction x : positive x = true -> 0 < fraction x /\ (0 < snd x)%Z.
Proof.
  unfold positive. intros H. apply andb_true_iff in H. destruct H as [H1 H2]. apply Z.ltb_lt in H1. apply Z.ltb_lt in H2.
  split; [|easy]. apply Rdiv_lt_0_compat; now apply (IZR_lt 0).
Qed.

Record sane_facts (c : certificate) : Prop := SaneFacts {
  s_rising : (0 < snd (rising c))%Z; s_falling : (0 < snd (falling c))%Z; s_share : fraction (rising c) + fraction (falling c) <> 0;
  s_kn : (teachers c <= students c)%nat; s_kd : (teachers c <= dimension c)%nat;
  s_den : (0 < denominator c)%Z; s_fac : (0 < factor_denominator c)%Z;
  s_rows : forall row, In row (point c) -> (length row <= dimension c)%nat;
  s_delta : positive (delta c) = true; s_reach : positive (reach c) = true; s_low : positive (low c) = true; s_high : positive (high c) = true;
  s_radius : positive (radius c) = true; s_slack : positive (slack c) = true;
  s_shift : positive (shift c) = true; s_error : positive (error c) = true;
  s_pad_shift : positive (pad_shift c) = true; s_pad_error : positive (pad_error c) = true }.

Lemma sane_sound c : sane c = true -> sane_facts c.
Proof.
  unfold sane. rewrite !andb_true_iff. intros ((((((((((((((((( A1 & A2) & A3) & A) & B) & C) & D) & E) & F) & F') & G) & H) & J) & K) & L) & M) & N) & O).
  apply Nat.leb_le in A. apply Nat.leb_le in B. apply Z.ltb_lt in C. apply Z.ltb_lt in D. rewrite forallb_forall in E.
  apply Z.ltb_lt in A1. apply Z.ltb_lt in A2. apply negb_true_iff, Z.eqb_neq in A3. split; try easy.
  - pose proof (IZR_lt _ _ A1). pose proof (IZR_lt _ _ A2). unfold fraction, ratio. intros Z. apply A3, eq_IZR. rewrite plus_IZR, !mult_IZR.
    replace (IZR (fst (rising c)) * IZR (snd (falling c)) + IZR (fst (falling c)) * IZR (snd (rising c)))
      with ((IZR (fst (rising c)) / IZR (snd (rising c)) + IZR (fst (falling c)) / IZR (snd (falling c))) * (IZR (snd (rising c)) * IZR (snd (falling c)))) by (field; lra).
    rewrite Z. ring.
  - intros row I. apply Nat.leb_le. now apply E.
Qed.

Module CheckSound (I : IntervalOps).
Module C := Check I.
Export C.

Section Sound.
Variables (prec : I.precision) (c : certificate).
Hypothesis Sane : sane_facts c.
#[local] Hint Extern 0 Tilt => exact (tilt_of c) : typeclass_instances.

Lemma c_fraction x : positive x = true -> cont (enclose prec x) (fraction x).
Proof. intros P. apply positive_fraction in P. now apply c_quotient. Qed.

Lemma share_pos : 0 < share c.
Proof. pose proof (s_share _ Sane). unfold share. nra. Qed.

Lemma c_share : cont (enclose_share prec c) (share c).
Proof. apply c_sqr. apply c_add; apply c_quotient; [apply (s_rising _ Sane)|apply (s_falling _ Sane)]. Qed.

Lemma c_tilt : cont (enclose_tilt prec c) tilt.
Proof.
  unfold tilt, tilt_of. apply c_mul; [apply c_mul; [apply (c_int prec 2)|apply c_pi]|].
  apply c_div; [pose proof share_pos; lra| |apply c_share].
  apply (I.neg_correct _ (Xreal (fraction (rising c) * fraction (falling c)))).
  apply c_mul; apply c_quotient; [apply (s_rising _ Sane)|apply (s_falling _ Sane)].
Qed.

Lemma c_entry i a : cont (entry prec c i a) (centre c i a).
Proof. apply c_quotient. apply (s_den _ Sane). Qed.

Lemma c_times x m r : cont x r -> cont (times prec x m) (r * INR m).
Proof. intros H. apply c_mul; [easy|]. rewrite INR_IZR_INZ. apply c_int. Qed.

Lemma c_curvature : cont (curvature prec c) (m_of c).
Proof. apply c_sub; [apply c_fraction, (s_shift _ Sane)|]. apply c_times, c_fraction, (s_error _ Sane). Qed.

Lemma c_pad_curvature : cont (pad_curvature prec c) (mu_of c).
Proof. apply c_sub; [apply c_fraction, (s_pad_shift _ Sane)|]. apply c_times, c_fraction, (s_pad_error _ Sane). Qed.

Lemma padding_sym n k W N P i i' : (forall i i', P i i' = P i' i) -> padding n k (fun _ => 1) W N P i i' = padding n k (fun _ => 1) W N P i' i.
Proof.
  intros Sym. unfold padding. rewrite (Nat.eqb_sym i' i). destruct (Nat.eqb_spec i i') as [<-|E]; [easy|]. now rewrite A_swap, Sym.
Qed.

(** The tables enclose what they should for every W in the box ([build_sound]). The five facts are then read
    off from the five parts of the check. *)
Lemma box_sound : check_box prec c = true -> box_facts c.
Proof.
  unfold check_box. cbv zeta. rewrite !andb_true_iff. intros ((((Oa & Om) & Omu) & Op) & Oh).
  set (n := students c) in *. set (k := teachers c) in *. set (d := dimension c) in *.
  set (w := tab n (fun i => tab d (fun a => I.add prec (entry prec c i a) (symmetric (enclose prec (radius c)))))) in *.
  set (sl := symmetric (enclose prec (slack c))) in *. set (t := build prec n k d (enclose_tilt prec c) w sl) in *.
  assert (Cw : forall W, near c W -> forall i a, (i < n)%nat -> (a < d)%nat -> cont (get2 w i a) (W i a)).
  { intros W H i a Li La. unfold w. rewrite (get2_tab n (fun _ => d)) by easy. replace (W i a) with (centre c i a + (W i a - centre c i a)) by ring.
    apply c_add; [apply c_entry|]. apply c_symmetric with (fraction (radius c)); [apply c_fraction, (s_radius _ Sane)|]. now apply H. }
  assert (En : forall W N P, near c W -> close c N P W -> encloses n k d t W N P).
  { intros W N P H (Sym & HN & HP). apply build_sound; try easy.
    - apply c_tilt.
    - apply (s_kd _ Sane).
    - now apply Cw.
    - intros i Li. apply c_symmetric with (fraction (slack c)); [apply c_fraction, (s_slack _ Sane)|now apply HN].
    - intros i i' Li L. apply c_symmetric with (fraction (slack c)); [apply c_fraction, (s_slack _ Sane)|apply HP; fold n; lia]. }
  assert (Self : forall W, close c (fun i => dot d (W i) (W i)) (fun i i' => dot d (W i) (W i')) W).
  { pose proof (proj1 (positive_fraction _ (s_slack _ Sane))) as H. intros W. repeat split.
    - intros. apply dot_comm.
    - intros. fold d. rewrite Rminus_eq_0, Rabs_R0. lra.
    - intros. fold d. rewrite Rminus_eq_0, Rabs_R0. lra. }
  assert (Cu : cont (I.inv prec (int prec (factor_denominator c * factor_denominator c))) (/ (IZR (factor_denominator c) * IZR (factor_denominator c)))).
  { pose proof (IZR_lt _ _ (s_fac _ Sane)). rewrite <- mult_IZR. apply c_inv; [|apply c_int]. rewrite mult_IZR. nra. }
  assert (Q0 : IZR (factor_denominator c) <> 0) by (pose proof (IZR_lt _ _ (s_fac _ Sane)); lra).
  split.
  - apply (pos_sound _ _ Om), c_curvature.
  - apply (pos_sound _ _ Omu), c_pad_curvature.
  - intros W H. apply (encloses_good n k d t W _ _ (En W _ _ H (Self W)) (s_kd _ Sane)); easy.
  - intros W U H. pose proof (En W _ _ H (Self W)) as E. rewrite D2_hess.
    2:{ apply (encloses_good n k d t W _ _ E (s_kd _ Sane)); easy. }
    unfold m_of. fold n d. rewrite mult_INR.
    apply (form_ok_sound prec n d _ _ _ _ _ (IZR (factor_denominator c)) _ _ (hess n k d units W) U Oh); try easy.
    + apply c_fraction, (s_shift _ Sane).
    + apply c_fraction, (s_error _ Sane).
    + intros i i' a b Li L La Lb. apply (c_hess prec n k d t W _ _ E (s_kd _ Sane)); easy.
    + intros. apply hess_comm.
  - intros W N P H Cl. pose proof (En W N P H Cl) as E. split; [apply (e_good _ _ _ _ _ _ _ E)|]. intros x.
    pose proof (form_ok_sound prec n 1 _ _ _ _ _ (IZR (factor_denominator c)) (fraction (pad_shift c)) (fraction (pad_error c))
      (fun i i' _ _ => padding n k (fun _ => 1) W N P i i') (fun i _ => x i) Op Cu) as Fo.
    unfold mu_of. fold n k. replace (dot n x x) with (sq n 1 (fun i _ => x i)).
    2:{ unfold sq, ip. apply sum_ext. intros. unfold dot. simpl. ring. }
    replace (INR n) with (INR n * INR 1) by (simpl; ring).
    replace (sum n (fun i => sum n (fun i' => padding n k (fun _ => 1) W N P i i' * x i * x i')))
      with (form n 1 (fun i i' _ _ => padding n k (fun _ => 1) W N P i i') (fun i _ => x i)).
    2:{ unfold form. apply sum_ext. intros. apply sum_ext. intros. unfold bil. simpl. ring. }
    apply Fo; try easy.
    + apply c_fraction, (s_pad_shift _ Sane).
    + apply c_fraction, (s_pad_error _ Sane).
    + intros i i' a b Li L _ _. apply (c_padding n k d t W _ _ E (s_kd _ Sane)); easy.
    + intros y y' _ _. apply padding_sym. apply (proj1 Cl).
Qed.

(** As for the box, at the centre alone: the facts about gradient and loss there. *)
Lemma point_sound : check_point prec c = true -> point_facts c.
Proof.
  unfold check_point. cbv zeta. rewrite !andb_true_iff. intros ((((((Oa & Om) & Or) & Od) & Og) & Ol) & Oh).
  set (n := students c) in *. set (k := teachers c) in *. set (d := dimension c) in *.
  set (w := tab n (fun i => tab d (entry prec c i))) in *. set (t := build prec n k d (enclose_tilt prec c) w I.zero) in *.
  assert (E : encloses n k d t (centre c) (fun i => dot d (centre c i) (centre c i)) (fun i i' => dot d (centre c i) (centre c i'))).
  { apply build_sound; try easy.
    - apply c_tilt.
    - apply (s_kd _ Sane).
    - intros i a Li La. unfold w. rewrite (get2_tab n (fun _ => d)) by easy. apply c_entry.
    - intros. rewrite Rminus_eq_0. apply c_zero.
    - intros. rewrite Rminus_eq_0. apply c_zero.
    - intros. apply dot_comm. }
  pose proof (pos_sound _ _ Om c_curvature) as Pm.
  assert (Cg : cont (square_grad prec n k d t) (sq n d (grad n k d units (centre c)))) by (apply (c_square_grad prec n k d t _ _ _ E (s_kd _ Sane)); easy).
  assert (Cv : cont (I.add prec (I.add prec (phi prec n k t) (I.mul prec (th t) (int prec (Z.of_nat k)))) (I.div prec (int prec (Z.of_nat k * (Z.of_nat k - 1))) (int prec 2)))
    (Phi n k d units (centre c) + constant_of k)).
  { unfold constant_of.
    replace (Phi n k d units (centre c) + (INR k * (PI + tilt) + INR k * (INR k - 1)) / 2)
      with (Phi n k d units (centre c) + (PI + tilt) / 2 * IZR (Z.of_nat k) + IZR (Z.of_nat k * (Z.of_nat k - 1)) / 2).
    2:{ rewrite mult_IZR, minus_IZR, <- INR_IZR_INZ. field. }
    apply c_add; [apply c_add|].
    - apply (c_phi prec n k d t _ _ _ E (s_kd _ Sane)); easy.
    - apply c_mul; [apply (e_h _ _ _ _ _ _ _ E)|apply c_int].
    - apply c_div; [lra|apply c_int|apply (c_int prec 2)]. }
  assert (C2 : cont (I.mul prec (int prec 2) (I.pi prec)) (2 * PI)) by (apply c_mul; [apply (c_int prec 2)|apply c_pi]).
  split.
  - assert (0 < fraction (radius c) - fraction (reach c)); [|lra]. apply (pos_sound _ _ Or). apply c_sub; apply c_fraction; [apply (s_radius _ Sane)|apply (s_reach _ Sane)].
  - apply Z.leb_le in Od. apply IZR_le in Od. rewrite !mult_IZR in Od.
    pose proof (IZR_lt _ _ (proj2 (positive_fraction _ (s_delta _ Sane)))) as Pd. pose proof (IZR_lt _ _ (proj2 (positive_fraction _ (s_reach _ Sane)))) as Pr.
    unfold fraction, ratio. apply Rmult_le_reg_r with (IZR (snd (reach c)) * IZR (snd (delta c))); [now apply Rmult_lt_0_compat|].
    replace (IZR (fst (reach c)) / IZR (snd (reach c)) * (IZR (snd (reach c)) * IZR (snd (delta c)))) with (IZR (fst (reach c)) * IZR (snd (delta c))) by (field; lra).
    replace (IZR (fst (delta c)) / IZR (snd (delta c)) * (IZR (snd (reach c)) * IZR (snd (delta c)))) with (IZR (fst (delta c)) * IZR (snd (reach c))) by (field; lra).
    exact Od.
  - assert (0 <= m_of c * fraction (reach c) * (m_of c * fraction (reach c)) - 4 * sq n d (grad n k d units (centre c))); [|fold n k d; lra].
    apply (nonneg_sound _ _ Og). apply c_sub.
    + apply c_sqr. apply c_mul; [apply c_curvature|apply c_fraction, (s_reach _ Sane)].
    + apply c_mul; [apply (c_int prec 4)|easy].
  - match goal with |- ?x <= ?y => assert (0 <= y - x); [|lra] end.
    apply (nonneg_sound _ _ Ol). apply c_sub; [apply c_mul; [apply c_share|apply c_sub; [easy|]]|].
    + apply c_div; [lra|easy|]. apply c_mul; [apply (c_int prec 2)|apply c_curvature].
    + apply c_mul; [easy|apply c_fraction, (s_low _ Sane)].
  - match goal with |- ?x <= ?y => assert (0 <= y - x); [|lra] end.
    apply (nonneg_sound _ _ Oh). apply c_sub; [|apply c_mul; [apply c_share|easy]]. apply c_mul; [easy|apply c_fraction, (s_high _ Sane)].
Qed.

End Sound.
End CheckSound.
