(** A critical point with a positive second variation, in d dimensions and in the others, is a strict
    minimum in every dimension: second derivatives are continuous, and Taylor's inequality does the rest. *)
From Coq Require Import Reals Lra Lia Arith Psatz FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Certify Require Import Statement Sums Minimum Pair Loss Forms Psd Padding.
Open Scope R_scope.

Section Nearby.

Variables (n D : nat) (W : matrix).

(** Matrices near W, as a filter. *)
Definition nearby (P : matrix -> Prop) : Prop := exists eps, 0 < eps /\
  forall X, (forall i a, (i < n)%nat -> (a < D)%nat -> Rabs (X i a - W i a) <= eps) -> P X.

Global Instance nearby_filter : Filter nearby.
Proof.
  split.
  - exists 1. split; [lra|easy].
  - intros P Q (e1 & p1 & H1) (e2 & p2 & H2). exists (Rmin e1 e2). split; [now apply Rmin_pos|].
    intros X H. split; [apply H1|apply H2]; intros i a Li La; specialize (H i a Li La);
      [pose proof (Rmin_l e1 e2)|pose proof (Rmin_r e1 e2)]; lra.
  - intros P Q PQ (e & p & H). exists e. split; [easy|]. intros X HX. apply PQ. now apply H.
Qed.

Lemma nearby_self P : nearby P -> P W.
Proof. intros (e & p & H). apply H. intros. rewrite Rminus_eq_0, Rabs_R0. lra. Qed.

Lemma nearby_all m (P : nat -> matrix -> Prop) : (forall i, (i < m)%nat -> nearby (P i)) ->
  nearby (fun X => forall i, (i < m)%nat -> P i X).
Proof.
  induction m as [|m IH]; intros H.
  - exists 1. split; [lra|]. intros X _ i Li. lia.
  - apply filter_imp with (fun X => (forall i, (i < m)%nat -> P i X) /\ P m X).
    + intros X [A B] i L. destruct (Nat.eq_dec i m) as [->|N]; [easy|]. apply A. lia.
    + apply filter_and; auto.
Qed.

Definition steady (f : matrix -> R) : Prop := filterlim f nearby (locally (f W)).

Lemma steady_const c : steady (fun _ => c).
Proof. apply filterlim_const. Qed.

Lemma steady_entry i a : (i < n)%nat -> (a < D)%nat -> steady (fun X => X i a).
Proof.
  intros Li La P [e He]. exists (e / 2). pose proof (cond_pos e). split; [lra|]. intros X HX.
  apply He. specialize (HX i a Li La). change (Rabs (X i a - W i a) < e). lra.
Qed.

Lemma steady_plus f g : steady f -> steady g -> steady (fun X => f X + g X).
Proof. intros F G. exact (filterlim_comp_2 f g Rplus F G (filterlim_plus (f W) (g W))). Qed.

Lemma steady_mult f g : steady f -> steady g -> steady (fun X => f X * g X).
Proof. intros F G. exact (filterlim_comp_2 f g Rmult F G (filterlim_mult (f W) (g W))). Qed.

Lemma steady_through h f : continuous h (f W) -> steady f -> steady (fun X => h (f X)).
Proof. intros C F. exact (filterlim_comp _ _ _ f h nearby (locally (f W)) (locally (h (f W))) F C). Qed.

Lemma steady_ext f g : (forall X, f X = g X) -> steady f -> steady g.
Proof. intros E F. unfold steady. rewrite <- E. now apply (filterlim_ext f). Qed.

Lemma steady_minus f g : steady f -> steady g -> steady (fun X => f X - g X).
Proof.
  intros F G. apply (steady_ext (fun X => f X + -1 * g X)); [intros; ring|].
  apply steady_plus; [easy|]. apply steady_mult; [apply steady_const|easy].
Qed.

Lemma steady_inv f : f W <> 0 -> steady f -> steady (fun X => / f X).
Proof.
  intros N F. apply (steady_through Rinv); [|easy].
  apply (ex_derive_continuous (V := R_NormedModule) Rinv). auto_derive. easy.
Qed.

Lemma steady_div f g : g W <> 0 -> steady f -> steady g -> steady (fun X => f X / g X).
Proof. intros N F G. apply steady_mult; [easy|]. now apply steady_inv. Qed.

Lemma steady_sqrt f : 0 < f W -> steady f -> steady (fun X => sqrt (f X)).
Proof.
  intros P F. apply (steady_through sqrt); [|easy].
  apply (ex_derive_continuous (V := R_NormedModule) sqrt). auto_derive. easy.
Qed.

Lemma steady_atan f : steady f -> steady (fun X => atan (f X)).
Proof. intros F. 
  apply (steady_through atan); [|easy]. apply (ex_derive_continuous (V := R_NormedModule) atan). auto_derive. easy.
 Qed.

Lemma steady_sum m (f : nat -> matrix -> R) : (forall i, (i < m)%nat -> steady (f i)) ->
  steady (fun X => sum m (fun i => f i X)).
Proof.
  induction m as [|m IH]; intros H; [apply steady_const|]. cbn [sum]. apply steady_plus; auto.
Qed.

Lemma steady_positive f : 0 < f W -> steady f -> nearby (fun X => 0 < f X).
Proof.
  intros P F. apply (F (fun x => 0 < x)). exists (mkposreal (f W) P). intros y B.
  change (Rabs (y - f W) < f W) in B. apply Rabs_lt_between in B. lra.
Qed.

Lemma steady_near f e : 0 < e -> steady f -> nearby (fun X => Rabs (f X - f W) <= e).
Proof.
  intros P F. apply (F (fun x => Rabs (x - f W) <= e)). exists (mkposreal e P). intros y B.
  change (Rabs (y - f W) < e) in B. lra.
Qed.

End Nearby.

Opaque steady.

Section Growth.

Context {tau : Tilt}.
Variables (n k D : nat) (W : matrix).
Hypothesis (kD : (k <= D)%nat) (W_good : good n k D units W).
Local Notation steady := (steady n D W).
Local Notation nearby := (nearby n D W).

Lemma steady_row_dot i i' : (i < n)%nat -> (i' < n)%nat -> steady (fun X => dot D (X i) (X i')).
Proof. intros Li Li'. apply steady_sum. intros a La. apply steady_mult; now apply steady_entry. Qed.

Lemma steady_unit_dot i j : (i < n)%nat -> steady (fun X => dot D (X i) (units j)).
Proof.
  intros Li. apply steady_sum. intros a La. apply steady_mult; [now apply steady_entry|apply steady_const].
Qed.

Lemma pairs_apart i i' : (i < n)%nat -> (i' < n)%nat -> i <> i' -> apart D (W i) (W i').
Proof. apply (pair_apart n k D units W W_good). Qed.

Lemma inside_pos d w v : apart d w v -> 0 < dot d w w * dot d v v - dot d w v * dot d w v.
Proof. intros (_ & _ & H). lra. Qed.

Lemma root_pos d w v : apart d w v -> 0 < Sv d w v.
Proof. intros H. apply sqrt_lt_R0. now apply inside_pos. Qed.

Lemma steady_S i i' : (i < n)%nat -> (i' < n)%nat -> i <> i' -> steady (fun X => Sv D (X i) (X i')).
Proof.
  intros Li Li' N. apply steady_sqrt; [now apply inside_pos, pairs_apart|].
  apply steady_minus; apply steady_mult; now apply steady_row_dot.
Qed.

Lemma steady_A i i' : (i < n)%nat -> (i' < n)%nat -> i <> i' -> steady (fun X => Av D (X i) (X i')).
Proof.
  intros Li Li' N. apply steady_plus; [apply steady_const|]. apply steady_atan. apply steady_div.
  - apply Rgt_not_eq. now apply root_pos, pairs_apart.
  - now apply steady_row_dot.
  - now apply steady_S.
Qed.

Lemma steady_T i j : (i < n)%nat -> (j < k)%nat -> steady (fun X => Sv D (X i) (units j)).
Proof.
  intros Li Lj. destruct (W_good i Li) as (_ & _ & H). apply steady_sqrt; [now apply inside_pos, H|].
  apply steady_minus; apply steady_mult;
    first [now apply steady_row_dot|now apply steady_unit_dot|apply steady_const].
Qed.

Lemma steady_across_rows i i' a : (i < n)%nat -> (i' < n)%nat -> (a < D)%nat ->
  steady (fun X => across D (X i) (X i') a).
Proof.
  intros Li Li' La. apply steady_minus; [now apply steady_entry|]. apply steady_mult; [|now apply steady_entry].
  apply steady_div; try now apply steady_row_dot. apply Rgt_not_eq, (proj1 (W_good i Li)).
Qed.

Lemma steady_across_unit i j a : (i < n)%nat -> (a < D)%nat -> steady (fun X => across D (X i) (units j) a).
Proof.
  intros Li La. apply steady_minus; [apply steady_const|]. apply steady_mult; [|now apply steady_entry].
  apply steady_div; [|now apply steady_unit_dot|now apply steady_row_dot]. apply Rgt_not_eq, (proj1 (W_good i Li)).
Qed.

Lemma steady_excess i : (i < n)%nat -> steady (fun X => excess n k D units X i).
Proof.
  intros Li. apply steady_minus.
  - apply steady_sum. intros i' Li'. unfold Ss. destruct (Nat.eqb_spec i i'); [apply steady_const|].
    now apply steady_S.
  - apply steady_sum. intros j Lj. now apply steady_T.
Qed.

Lemma steady_hess i i' a b : (i < n)%nat -> (i' < n)%nat -> (a < D)%nat -> (b < D)%nat ->
  steady (fun X => hess n k D units X i i' a b).
Proof.
  intros Li Li' La Lb. unfold hess. destruct (Nat.eqb_spec i i') as [_|N].
  - assert (P : dot D (W i) (W i) <> 0) by (apply Rgt_not_eq, (proj1 (W_good i Li))).
    apply steady_plus; [apply steady_minus|apply steady_minus].
    + destruct (a =? b)%nat; [|apply steady_const]. apply steady_plus; [apply steady_const|].
      apply steady_div; [easy|now apply steady_excess|now apply steady_row_dot].
    + apply steady_mult; [apply steady_mult|]; try now apply steady_entry.
      apply steady_div; [now apply Rmult_integral_contrapositive|now apply steady_excess|].
      apply steady_mult; now apply steady_row_dot.
    + apply steady_sum. intros l Ll. destruct (Nat.eqb_spec i l) as [_|N]; [apply steady_const|].
      unfold bend. apply steady_mult; [apply steady_mult|]; try now apply steady_across_rows.
      apply steady_inv; [|now apply steady_S]. apply Rgt_not_eq. now apply root_pos, pairs_apart.
    + apply steady_sum. intros j Lj. unfold bend.
      apply steady_mult; [apply steady_mult|]; try now apply steady_across_unit.
      apply steady_inv; [|now apply steady_T]. apply Rgt_not_eq. apply root_pos.
      destruct (W_good i Li) as (_ & _ & H). now apply H.
  - unfold Y. assert (A := pairs_apart i i' Li Li' N). assert (S := root_pos D _ _ A).
    destruct A as (P & P' & _). apply steady_plus; [apply steady_plus|].
    + destruct (a =? b)%nat; [now apply steady_A|apply steady_const].
    + apply steady_mult; [apply steady_mult|]; try now apply steady_across_rows.
      apply steady_inv; [lra|now apply steady_S].
    + apply steady_mult; [apply steady_mult|]; try now apply steady_entry.
      apply steady_div; [|now apply steady_S|apply steady_mult; now apply steady_row_dot].
      apply Rmult_integral_contrapositive. lra.
Qed.

Lemma good_nearby : nearby (fun X => good n k D units X).
Proof.
  apply nearby_all. intros i Li. destruct (W_good i Li) as (P & Hs & Ht).
  assert (Row : nearby (fun X => 0 < dot D (X i) (X i))) by (apply steady_positive; [easy|now apply steady_row_dot]).
  apply filter_and; [easy|]. apply filter_and.
  - apply nearby_all. intros i' L. assert (Li' : (i' < n)%nat) by lia.
    assert (A : apart D (W i) (W i')) by now apply Hs.
    apply filter_and; [easy|]. apply filter_and.
    + apply steady_positive; [apply A|now apply steady_row_dot].
    + apply filter_imp with (fun X => 0 < dot D (X i) (X i) * dot D (X i') (X i') - dot D (X i) (X i') * dot D (X i) (X i')); [intros; lra|].
      apply steady_positive; [now apply inside_pos|]. apply steady_minus; apply steady_mult; now apply steady_row_dot.
  - apply nearby_all. intros j L. assert (A : apart D (W i) (units j)) by now apply Ht.
    apply filter_and; [easy|]. apply filter_and.
    + apply filter_imp with (fun _ => True); [intros; apply A|apply filter_true].
    + apply filter_imp with (fun X => 0 < dot D (X i) (X i) * dot D (units j) (units j) - dot D (X i) (units j) * dot D (X i) (units j)); [intros; lra|].
      apply steady_positive; [now apply inside_pos|].
      apply steady_minus; apply steady_mult;
        first [now apply steady_row_dot|now apply steady_unit_dot|apply steady_const].
Qed.

Lemma hess_nearby eta : 0 < eta -> nearby (fun X => forall i, (i < n)%nat -> forall i', (i' < n)%nat ->
  forall a, (a < D)%nat -> forall b, (b < D)%nat ->
  Rabs (hess n k D units X i i' a b - hess n k D units W i i' a b) <= eta).
Proof.
  intros P. apply nearby_all. intros i Li. apply nearby_all. intros i' Li'. apply nearby_all.
  intros a La. apply nearby_all. intros b Lb. apply steady_near; [easy|]. now apply steady_hess.
Qed.

Lemma form_near H H' eta U : (forall i, (i < n)%nat -> forall i', (i' < n)%nat ->
    forall a, (a < D)%nat -> forall b, (b < D)%nat -> Rabs (H' i i' a b - H i i' a b) <= eta) ->
  form n D H U - eta * (INR n * INR D) * sq n D U <= form n D H' U.
Proof.
  intros B. rewrite <- form_error. unfold form. rewrite <- sum_minus. apply sum_le. intros i Li.
  rewrite <- sum_minus. apply sum_le. intros i' Li'. unfold bil. rewrite <- sum_minus. apply sum_le.
  intros a La. rewrite <- sum_minus. apply sum_le. intros b Lb.
  specialize (B i Li i' Li' a La b Lb). apply Rabs_le_inv in B. destruct B as [B1 B2].
  set (x := U i a). set (y := U i' b). set (h := H i i' a b) in *. set (h' := H' i i' a b) in *.
  assert (0 <= (eta + (h' - h)) * ((x + y) * (x + y)) / 4) by (apply Rmult_le_pos; [apply Rmult_le_pos; [lra|apply Rle_0_sqr]|lra]).
  assert (0 <= (eta - (h' - h)) * ((x - y) * (x - y)) / 4) by (apply Rmult_le_pos; [apply Rmult_le_pos; [lra|apply Rle_0_sqr]|lra]).
  lra.
Qed.

Lemma variation_nearby mu : 0 < mu -> (forall U, mu * sq n D U <= D2 n k D units W U) ->
  nearby (fun X => good n k D units X /\ forall U, mu / 2 * sq n D U <= D2 n k D units X U).
Proof.
  intros P H. set (eta := mu / (2 * (INR n * INR D + 1))).
  assert (C : 0 <= INR n * INR D) by (apply Rmult_le_pos; apply pos_INR).
  assert (Pe : 0 < eta) by (apply Rdiv_lt_0_compat; lra).
  assert (E : eta * (INR n * INR D) <= mu / 2).
  { apply Rle_trans with (eta * (INR n * INR D + 1)); [nra|]. right. unfold eta. field. lra. }
  apply filter_imp with (2 := filter_and _ _ good_nearby (hess_nearby eta Pe)).
  intros X [G Hx]. split; [easy|]. intros U. rewrite (D2_hess n k D units X G).
  pose proof (form_near _ _ eta U Hx) as F. unfold form in F. rewrite <- (D2_hess n k D units W W_good) in F.
  specialize (H U). pose proof (sq_nonneg n D U). nra.
Qed.

Lemma straight_0 U : line W U 0 = W.
Proof. apply functional_extensionality. intros i. apply functional_extensionality. intros a. unfold line, along. ring. Qed.

Lemma straight_1 X : line W (diff X W) 1 = X.
Proof. apply functional_extensionality. intros i. apply functional_extensionality. intros a. unfold line, along, diff. ring. Qed.

Lemma grows mu : 0 < mu -> (forall U, mu * sq n D U <= D2 n k D units W U) ->
  (forall U, D1 n k D units W U = 0) ->
  nearby (fun X => good n k D units X /\ Phi n k D units W + mu / 4 * sq n D (diff X W) <= Phi n k D units X).
Proof.
  intros P H C. destruct (variation_nearby mu P H) as (eps & pe & Near). exists eps. split; [easy|].
  intros X HX. split; [now apply Near|].
  pose proof (taylor_line n k D units W (diff X W) (mu / 2)) as T. rewrite straight_0, straight_1, C in T.
  replace (mu / 4) with (mu / 2 / 2) by field.
  apply Rle_trans with (Phi n k D units W + 0 + mu / 2 / 2 * sq n D (diff X W)); [lra|]. apply T.
  intros t Ht.
  destruct (Near (line W (diff X W) t)) as [G V].
  - intros i a Li La. specialize (HX i a Li La). unfold line, along, diff.
    replace (W i a + t * (X i a - W i a) - W i a) with (t * (X i a - W i a)) by ring.
    rewrite Rabs_mult, (Rabs_pos_eq t) by lra. pose proof (Rabs_pos (X i a - W i a)). nra.
  - split; [easy|apply V].
Qed.

Variables (p q : R).
Hypothesis (share : p + q <> 0) (slope : tilt = 2 * PI * (- (p * q) / ((p + q) * (p + q)))).

Theorem strict_here mu : 0 < mu -> (forall U, mu * sq n D U <= D2 n k D units W U) ->
  (forall U, D1 n k D units W U = 0) -> strict_local_min n D (F p q n k D) W.
Proof.
  intros P H C. destruct (grows mu P H C) as (eps & pe & Near). exists eps. split; [easy|].
  intros X [D0 D1]. change (distance n D X W) with (sqrt (sq n D (diff X W))) in D0, D1.
  assert (S0 : 0 < sq n D (diff X W)).
  { destruct (Rle_lt_dec (sq n D (diff X W)) 0) as [L|L]; [|easy]. rewrite sqrt_neg_0 in D0 by easy. lra. }
  assert (S1 : sq n D (diff X W) <= eps * eps).
  { rewrite <- (sqrt_sqrt (sq n D (diff X W))) by lra. pose proof (sqrt_pos (sq n D (diff X W))). nra. }
  destruct (Near X) as [G V].
  { intros i a Li La. pose proof (sq_entry n D (diff X W) i a Li La). unfold diff in H0 at 1 2.
    apply Rabs_le. split; nra. }
  pose proof (loss_Phi n k D units p q share slope X G) as LX.
  pose proof (loss_Phi n k D units p q share slope W W_good) as LW.
  pose proof PI_RGT_0. assert (Sh : 0 < (p + q) * (p + q)) by nra.
  assert (Q : 0 < mu / 4 * sq n D (diff X W)) by (apply Rmult_lt_0_compat; lra).
  unfold F. apply Rmult_lt_reg_l with (2 * PI); [lra|].
  assert ((p + q) * (p + q) * Phi n k D units W < (p + q) * (p + q) * Phi n k D units X)
    by (apply Rmult_lt_compat_l; lra). lra.
Qed.

End Growth.

(** Further dimensions: of a matrix that is 0 there the second variation is that in d dimensions and the
    form of the matrix M (Padding.v) of the rest. *)
Section Wider.

Context {tau : Tilt}.
Variables (n k d D : nat) (W : matrix).
Hypothesis (kd : (k <= d)%nat) (dD : (d <= D)%nat) (W_good : good n k d units W)
  (zeros : forall i a, (d <= a)%nat -> W i a = 0).

Lemma nothing_beyond i : beyond d (W i) = fun _ => 0.
Proof.
  apply functional_extensionality. intros a. unfold beyond. destruct (Nat.ltb_spec a d); [easy|now apply zeros].
Qed.

Lemma dot_wider i u : dot D (W i) u = dot d (W i) u.
Proof.
  rewrite (dot_beyond d D) by easy. rewrite nothing_beyond, (dot_comm D (fun _ => 0)), dot_zero_r. ring.
Qed.

Lemma units_wider u j : (j < k)%nat -> dot D u (units j) = dot d u (units j).
Proof. intros L. now rewrite !dot_units by lia. Qed.

Lemma apart_wider i v : dot D v v = dot d v v -> apart d (W i) v -> apart D (W i) v.
Proof. intros E. unfold apart. now rewrite E, !dot_wider. Qed.

Lemma good_wider : good n k D units W.
Proof.
  intros i Li. destruct (W_good i Li) as (P & Hs & Ht). rewrite dot_wider. split; [easy|]. split.
  - intros i' L. apply apart_wider; [apply dot_wider|now apply Hs].
  - intros j L. apply apart_wider; [now apply units_wider|now apply Ht].
Qed.

Lemma G1_wider i v u z : (forall x, dot D v x = dot d v x) -> dot D u v = dot d u v ->
  G1 D (W i) v u z = G1 d (W i) v u z.
Proof.
  intros E E'. unfold G1. now rewrite !E, !dot_wider, E'.
Qed.

Lemma D1_wider U : D1 n k D units W U = D1 n k d units W U.
Proof.
  unfold D1. apply sum_ext. intros i Li. rewrite dot_wider. f_equal; [f_equal|].
  - apply sum_ext. intros i' L. apply G1_wider; [intros; apply dot_wider|].
    rewrite (dot_comm D), (dot_comm d). apply dot_wider.
  - apply sum_ext. intros j L. unfold G1. rewrite !dot_wider, !units_wider by easy.
    change (dot D (units j) zero) with (dot D (units j) (fun _ => 0)).
    change (dot d (units j) zero) with (dot d (units j) (fun _ => 0)). now rewrite !dot_zero_r.
Qed.

Let E (U : matrix) : matrix := fun i => beyond d (U i).
Let N (i : nat) : R := dot d (W i) (W i).
Let P (i i' : nat) : R := dot d (W i) (W i').

Lemma G2_rows i i' u z : (i < n)%nat -> (i' < n)%nat -> i <> i' -> G2 D (W i) (W i') u z =
  G2 d (W i) (W i') u z + (Sf (N i) (N i') (P i i') / N i * dot D (beyond d u) (beyond d u)
    + Sf (N i) (N i') (P i i') / N i' * dot D (beyond d z) (beyond d z)
    + 2 * Af (N i) (N i') (P i i') * dot D (beyond d u) (beyond d z)).
Proof.
  intros Li Li' Ne. destruct (pair_apart n k d units W W_good i i' Li Li' Ne) as (P1 & P2 & _).
  unfold G2. rewrite !dot_wider, (dot_comm D u (W i')), dot_wider, (dot_comm d (W i') u).
  rewrite (dot_beyond d D u u), (dot_beyond d D z z), (dot_beyond d D u z) by easy.
  unfold g2. fold (N i) (N i') (P i i'). fold (N i) in P1. fold (N i') in P2.
  set (S := Sf (N i) (N i') (P i i')). set (A := Af (N i) (N i') (P i i')). unfold Rdiv.
  set (Q := / S). assert (N i <> 0) by lra. assert (N i' <> 0) by lra. field. lra.
Qed.

Lemma G2_teacher i j u : (i < n)%nat -> (j < k)%nat -> G2 D (W i) (units j) u zero =
  G2 d (W i) (units j) u zero + Sf (N i) 1 (W i j) / N i * dot D (beyond d u) (beyond d u).
Proof.
  intros Li Lj. destruct (W_good i Li) as (P1 & _). unfold G2. rewrite !dot_wider, !units_wider by easy.
  change (dot D (units j) zero) with (dot D (units j) (fun _ => 0)).
  change (dot d (units j) zero) with (dot d (units j) (fun _ => 0)).
  change (dot D zero zero) with (dot D zero (fun _ => 0)).
  change (dot d zero zero) with (dot d zero (fun _ => 0)).
  change (dot D u zero) with (dot D u (fun _ => 0)). change (dot d u zero) with (dot d u (fun _ => 0)).
  rewrite !dot_zero_r, (dot_beyond d D u u) by easy.
  unfold g2. fold (N i). fold (N i) in P1. rewrite !dot_units by lia.
  replace (units j j) with 1 by (unfold units; now rewrite Nat.eqb_refl).
  set (S := Sf (N i) 1 (W i j)). unfold Rdiv. set (Q := / S). field. lra.
Qed.

Lemma D2_wider U : D2 n k D units W U = D2 n k d units W U
  + sum n (fun i => sum n (fun i' => padding n k (fun _ => 1) W N P i i' * dot D (E U i) (E U i'))).
Proof.
  set (G := fun i i' => dot D (E U i) (E U i')).
  assert (Ps : forall i i', P i i' = P i' i) by (intros; apply dot_comm).
  assert (Gs : forall i i', G i i' = G i' i) by (intros; apply dot_comm).
  unfold D2.
  rewrite (sum_ext n _ (fun i => ((PI + tilt) * dot d (U i) (U i)
      + sum i (fun i' => G2 d (W i) (W i') (U i) (U i')) - sum k (fun j => G2 d (W i) (units j) (U i) zero))
    + ((PI + tilt) * G i i + sum i (fun i' => (Sf (N i) (N i') (P i i') / N i * G i i
        + Af (N i) (N i') (P i i') * G i i') + (Sf (N i') (N i) (P i' i) / N i' * G i' i'
        + Af (N i') (N i) (P i' i) * G i' i))
      - sum k (fun j => Sf (N i) 1 (W i j) / N i * G i i)))).
  - rewrite sum_plus. f_equal.
    rewrite sum_minus, sum_plus.
    rewrite (sum_pairs n (fun i i' => Sf (N i) (N i') (P i i') / N i * G i i + Af (N i) (N i') (P i i') * G i i')).
    rewrite <- sum_plus, <- sum_minus. apply sum_ext. intros i Li.
    rewrite (sum_ext n (fun i' => padding n k (fun _ => 1) W N P i i' * G i i')
      (fun i' => (if (i =? i')%nat then (PI + tilt + excess_gram n k (fun _ => 1) W N P i / N i) * G i i else 0)
        + (if (i =? i')%nat then 0 else Af (N i) (N i') (P i i') * G i i'))).
    2:{ intros i' _. unfold padding. destruct (Nat.eqb_spec i i') as [<-|X]; ring. }
    rewrite sum_plus, (sum_delta n i (fun _ => (PI + tilt + excess_gram n k (fun _ => 1) W N P i / N i) * G i i) Li).
    rewrite (sum_ext n (fun i' => if (i =? i')%nat then 0 else Sf (N i) (N i') (P i i') / N i * G i i
        + Af (N i) (N i') (P i i') * G i i')
      (fun i' => (if (i =? i')%nat then 0 else Sf (N i) (N i') (P i i')) * (/ N i * G i i)
        + (if (i =? i')%nat then 0 else Af (N i) (N i') (P i i') * G i i'))).
    2:{ intros i' _. destruct (i =? i')%nat; unfold Rdiv; ring. }
    rewrite sum_plus, sum_scal_r.
    rewrite (sum_ext k (fun j => Sf (N i) 1 (W i j) / N i * G i i)
      (fun j => Sf (N i) 1 (W i j) * (/ N i * G i i))) by (intros; unfold Rdiv; ring).
    rewrite sum_scal_r. unfold excess_gram, Rdiv. ring.
  - intros i Li.
    rewrite (sum_ext i (fun i' => G2 D (W i) (W i') (U i) (U i')) (fun i' => G2 d (W i) (W i') (U i) (U i')
      + ((Sf (N i) (N i') (P i i') / N i * G i i + Af (N i) (N i') (P i i') * G i i')
        + (Sf (N i') (N i) (P i' i) / N i' * G i' i' + Af (N i') (N i) (P i' i) * G i' i)))).
    2:{ intros i' L. rewrite G2_rows by lia. rewrite (S_swap (N i') (N i)), (A_swap (N i') (N i)), (Ps i' i), (Gs i' i).
        unfold G, E. ring. }
    rewrite (sum_ext k (fun j => G2 D (W i) (units j) (U i) zero) (fun j => G2 d (W i) (units j) (U i) zero
      + Sf (N i) 1 (W i j) / N i * G i i)).
    2:{ intros j L. now rewrite G2_teacher. }
    rewrite !sum_plus, (dot_beyond d D (U i) (U i)) by easy. unfold G, E. ring.
Qed.

Variables (p q : R).
Hypothesis (share : p + q <> 0) (slope : tilt = 2 * PI * (- (p * q) / ((p + q) * (p + q)))).

(** The theorem of this page. *)
Theorem strict_everywhere mu : 0 < mu -> (forall U, mu * sq n d U <= D2 n k d units W U) ->
  (forall x, mu * dot n x x <= sum n (fun i => sum n (fun i' => padding n k (fun _ => 1) W N P i i' * x i * x i'))) ->
  (forall U, D1 n k d units W U = 0) -> strict_local_min n D (F p q n k D) W.
Proof.
  intros Pm H M C. apply (strict_here n k D W ltac:(lia) good_wider p q share slope mu Pm).
  - intros U. rewrite D2_wider. pose proof (gram_form n D _ (E U) mu M) as G.
    replace (sq n D U) with (sq n d U + sq n D (E U)).
    + specialize (H U). lra.
    + unfold sq, ip. rewrite <- sum_plus. apply sum_ext. intros i _. symmetry. now apply dot_beyond.
  - intros U. now rewrite D1_wider.
Qed.

End Wider.
