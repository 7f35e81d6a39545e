(** Minima at matrices with one symmetry, for any number of rows: five numbers near given ones at which
    the gradient is 0, and inequalities between numbers that make the second variation positive. *)
From Coq Require Import Reals Lra Lia Arith Psatz FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Certify Require Import Statement Sums Minimum Pair Loss Forms Psd Padding Copy Blocks Variation Growth.
Open Scope R_scope.

Section Reduced.

Variable m : nat.
Local Notation k := (S m).

(** How often each of the five numbers stands in the matrix, and the root of that. *)
Definition often (a : nat) : R := match a with O => INR m | 1%nat => INR m * (INR m - 1) | 2%nat => INR m
  | 3%nat => INR m | _ => 1 end.
Definition root (a : nat) : R := sqrt (often a).

(** The matrix of five numbers, given as the first row of X, each times its root: so X has the norm of
    the matrix. *)
Definition plain (G : matrix) : matrix := block m (G 0%nat 0%nat) (G 0%nat 1%nat) (G 0%nat 2%nat)
  (G 0%nat 3%nat) (G 0%nat 4%nat).
Definition spread (X : matrix) : matrix := block m (X 0%nat 0%nat / root 0) (X 0%nat 1%nat / root 1)
  (X 0%nat 2%nat / root 2) (X 0%nat 3%nat / root 3) (X 0%nat 4%nat / root 4).

Lemma spread_line X Y t : line (spread X) (spread Y) t = spread (line X Y t).
Proof.
  apply functional_extensionality. intros i. apply functional_extensionality. intros j.
  unfold line, along, spread, block.
  destruct (i <? m)%nat; [destruct (j <? m)%nat; [destruct (i =? j)%nat|destruct (j =? m)%nat]|
    destruct (i =? m)%nat; [destruct (j <? m)%nat; [|destruct (j =? m)%nat]|]]; unfold Rdiv; ring.
Qed.

Lemma spread_diff X Y : diff (spread X) (spread Y) = spread (diff X Y).
Proof.
  apply functional_extensionality. intros i. apply functional_extensionality. intros j.
  unfold diff, spread, block.
  destruct (i <? m)%nat; [destruct (j <? m)%nat; [destruct (i =? j)%nat|destruct (j =? m)%nat]|
    destruct (i =? m)%nat; [destruct (j <? m)%nat; [|destruct (j =? m)%nat]|]]; unfold Rdiv; ring.
Qed.

Lemma spread_zeros X i a : (k <= a)%nat -> spread X i a = 0.
Proof.
  intros L. unfold spread, block. destruct (Nat.ltb_spec a m); [lia|]. destruct (Nat.eqb_spec a m); [lia|].
  destruct (i <? m)%nat; [easy|]. now destruct (i =? m)%nat.
Qed.

(** The scalar product of two such matrices. *)
Definition weighted (G X : matrix) : R :=
  often 0 * (G 0%nat 0%nat * X 0%nat 0%nat) + often 1 * (G 0%nat 1%nat * X 0%nat 1%nat)
  + often 2 * (G 0%nat 2%nat * X 0%nat 2%nat) + often 3 * (G 0%nat 3%nat * X 0%nat 3%nat)
  + often 4 * (G 0%nat 4%nat * X 0%nat 4%nat).

Lemma plain_product G X : ip k k (plain G) (plain X) = weighted G X.
Proof.
  unfold ip, plain. cbn [sum]. unfold dot at 2. cbn [sum].
  rewrite (sum_ext m (fun i => dot k _ _) (fun _ => G 0%nat 0%nat * X 0%nat 0%nat
    + (INR m - 1) * (G 0%nat 1%nat * X 0%nat 1%nat) + G 0%nat 2%nat * X 0%nat 2%nat)).
  - rewrite sum_const, !block_corner.
    rewrite (sum_ext m _ (fun _ => G 0%nat 3%nat * X 0%nat 3%nat)) by (intros; now rewrite !block_row).
    rewrite sum_const. unfold weighted, often. ring.
  - intros i L. unfold dot. cbn [sum]. rewrite !block_column by easy. f_equal.
    rewrite (sum_but_one m i _ (G 0%nat 1%nat * X 0%nat 1%nat)) by
      (easy || intros j Lj N; now rewrite !block_other by auto).
    now rewrite !block_same.
Qed.

Lemma spread_plain X : spread X = plain (fun _ a => X 0%nat a / root a).
Proof. reflexivity. Qed.

Lemma product_five G X : ip 1 5 G X = G 0%nat 0%nat * X 0%nat 0%nat + G 0%nat 1%nat * X 0%nat 1%nat
  + G 0%nat 2%nat * X 0%nat 2%nat + G 0%nat 3%nat * X 0%nat 3%nat + G 0%nat 4%nat * X 0%nat 4%nat.
Proof. unfold ip, dot. cbn [sum]. ring. Qed.

Hypothesis large : (3 <= m)%nat.

Lemma large_R : 3 <= INR m.
Proof. apply le_INR in large. simpl in large. lra. Qed.

Lemma often_large a : 1 <= often a.
Proof. pose proof large_R. unfold often. destruct a as [|[|[|[|a]]]]; nra. Qed.

Lemma root_large a : 1 <= root a.
Proof. rewrite <- sqrt_1. apply sqrt_le_1_alt, often_large. Qed.

Lemma root_square a : root a * root a = often a.
Proof. apply sqrt_sqrt. pose proof (often_large a). lra. Qed.

Lemma product_spread G X : ip k k (plain G) (spread X) = ip 1 5 (fun i a => root a * G i a) X.
Proof.
  rewrite spread_plain, plain_product, product_five. unfold weighted. rewrite <- !root_square.
  pose proof (root_large 0). pose proof (root_large 1). pose proof (root_large 2). pose proof (root_large 3).
  pose proof (root_large 4). field. lra.
Qed.

Lemma sq_spread X : sq k k (spread X) = sq 1 5 X.
Proof.
  unfold sq. rewrite spread_plain at 1. rewrite product_spread, !product_five.
  pose proof (root_large 0). pose proof (root_large 1). pose proof (root_large 2). pose proof (root_large 3).
  pose proof (root_large 4). field. lra.
Qed.

Context {tau : Tilt}.

(** No neurons are parallel. *)
Definition block_apart (a b c d e : R) : Prop :=
  0 < N1 m a b c /\ 0 < N2 m d e /\ 0 < S1 m a b c /\ 0 < S2 m a b c d e
  /\ 0 < Sf (N1 m a b c) 1 a /\ 0 < Sf (N1 m a b c) 1 b /\ 0 < Sf (N1 m a b c) 1 c
  /\ 0 < Sf (N2 m d e) 1 d /\ 0 < Sf (N2 m d e) 1 e.

Lemma root_inside N M p : 0 < Sf N M p -> p * p < N * M.
Proof.
  unfold Sf. intros H. destruct (Rle_lt_dec (N * M - p * p) 0) as [L|L]; [|lra].
  rewrite sqrt_neg_0 in H by easy. lra.
Qed.

Lemma block_good a b c d e : block_apart a b c d e -> good k k k units (block m a b c d e).
Proof.
  intros (P1 & P2 & Q1 & Q2 & Ta & Tb & Tc & Td & Te).
  assert (Unit : forall i j w, (j < k)%nat -> block m a b c d e i j = w ->
    0 < dot k (block m a b c d e i) (block m a b c d e i) ->
    0 < Sf (dot k (block m a b c d e i) (block m a b c d e i)) 1 w ->
    apart k (block m a b c d e i) (units j)).
  { intros i j w Lj E P H. unfold apart. rewrite !dot_units by easy.
    replace (units j j) with 1 by (unfold units; now rewrite Nat.eqb_refl).
    apply root_inside in H. rewrite E. repeat split; lra. }
  intros i Li. destruct (Nat.eq_dec i m) as [->|Ni].
  - rewrite dot_corner. split; [easy|]. split.
    + intros i' L. unfold apart. rewrite dot_corner, (dot_same m), (dot_comm k (block m a b c d e m)), dot_last by lia.
      pose proof (root_inside _ _ _ Q2). repeat split; try easy. rewrite (Rmult_comm (N2 m d e)). lra.
    + intros j Lj. destruct (Nat.eq_dec j m) as [->|N].
      * apply (Unit m m e); [lia|apply block_corner| |]; now rewrite dot_corner.
      * apply (Unit m j d); [lia|apply block_row; lia| |]; now rewrite dot_corner.
  - assert (L : (i < m)%nat) by lia. rewrite dot_same by easy. split; [easy|]. split.
    + intros i' L'. unfold apart. rewrite !dot_same, dot_other by lia.
      pose proof (root_inside _ _ _ Q1). repeat split; try easy.
    + intros j Lj. destruct (Nat.eq_dec j m) as [->|N].
      * apply (Unit i m c); [lia|now apply block_column| |]; now rewrite dot_same.
      * destruct (Nat.eq_dec i j) as [<-|N'].
        -- apply (Unit i i a); [lia|now apply block_same| |]; now rewrite dot_same.
        -- apply (Unit i j b); [lia|apply block_other; lia| |]; now rewrite dot_same.
Qed.

(** The inequalities. *)
Definition steep (mu a b c d e : R) : Prop :=
  0 <= even m a b c d e mu /\ 0 <= odd m a b c d e mu
  /\ (forall w, 0 <= bil 5 (polar (row_excess m a b c d e mu)) w w)
  /\ (forall w, 0 <= bil 5 (polar (total_excess m a b c d e mu)) w w)
  /\ mu <= own1 m a b c d e - A1 m a b c
  /\ 0 < (own1 m a b c d e - A1 m a b c - mu) / INR m + A1 m a b c
  /\ mu <= own2 m a b c d e
  /\ A2 m a b c d e * A2 m a b c d e <=
    ((own1 m a b c d e - A1 m a b c - mu) / INR m + A1 m a b c) * (own2 m a b c d e - mu).

Section Box.

Variables (C : matrix) (r mu : R).
Hypothesis (r_pos : 0 < r) (mu_pos : 0 < mu).
Local Notation near := (box 1 5 C r).
Local Notation at_five P X := (P (X 0%nat 0%nat / root 0) (X 0%nat 1%nat / root 1) (X 0%nat 2%nat / root 2)
  (X 0%nat 3%nat / root 3) (X 0%nat 4%nat / root 4)).
Hypothesis (apart_near : forall X, near X -> at_five block_apart X)
  (steep_near : forall X, near X -> at_five (steep mu) X).

Lemma near_good X : near X -> good k k k units (spread X).
Proof. intros H. now apply block_good, apart_near. Qed.

Lemma near_variation X U : near X -> mu * sq k k U <= D2 k k k units (spread X) U.
Proof.
  intros H. destruct (steep_near X H) as (He & Ho & Hr & Ht & _). pose proof large_R.
  apply variation_positive; try easy; [now apply near_good|lra].
Qed.

Lemma near_line X Y t : near X -> near Y -> 0 <= t <= 1 -> near (line X (diff Y X) t).
Proof.
  intros H H' T i a Li La. specialize (H i a Li La). specialize (H' i a Li La).
  apply Rabs_le_inv in H. apply Rabs_le_inv in H'. unfold line, along, diff.
  replace (X i a + t * (Y i a - X i a) - C i a) with ((1 - t) * (X i a - C i a) + t * (Y i a - C i a)) by ring.
  apply Rabs_le. split; nra.
Qed.

(** The five numbers of the gradient. *)
Definition slope (X : matrix) : matrix := fun _ a =>
  let x := X 0%nat 0%nat / root 0 in let y := X 0%nat 1%nat / root 1 in let z := X 0%nat 2%nat / root 2 in
  let v := X 0%nat 3%nat / root 3 in let w := X 0%nat 4%nat / root 4 in
  match a with
  | O => own1 m x y z v w * x + ((INR m - 1) * (A1 m x y z * y) + A2 m x y z v w * v - Af (N1 m x y z) 1 x)
  | 1%nat => own1 m x y z v w * y + (A1 m x y z * x + (INR m - 2) * (A1 m x y z * y) + A2 m x y z v w * v - Af (N1 m x y z) 1 y)
  | 2%nat => own1 m x y z v w * z + ((INR m - 1) * (A1 m x y z * z) + A2 m x y z v w * w - Af (N1 m x y z) 1 z)
  | 3%nat => own2 m x y z v w * v + (A2 m x y z v w * x + (INR m - 1) * (A2 m x y z v w * y) - Af (N2 m v w) 1 v)
  | _ => own2 m x y z v w * w + (INR m * (A2 m x y z v w * z) - Af (N2 m v w) 1 w)
  end.
Definition slope_often (X : matrix) : matrix := fun i a => root a * slope X i a.

Lemma slope_is X i j : (i < k)%nat -> (j < k)%nat -> grad k k k units (spread X) i j = plain (slope X) i j.
Proof. intros Li Lj. unfold spread. rewrite block_gradient by easy. reflexivity. Qed.

Lemma slope_product X Y : ip k k (grad k k k units (spread X)) (spread Y) = ip 1 5 (slope_often X) Y.
Proof.
  rewrite (ip_ext k k _ (plain (slope X)) _ (spread Y)) by (easy || intros; now apply slope_is).
  apply product_spread.
Qed.

Definition level (X : matrix) : R := Phi k k k units (spread X).

Lemma start X Y : line X (diff Y X) 0 = X.
Proof. apply functional_extensionality. intros i. apply functional_extensionality. intros a. unfold line, along. ring. Qed.

Lemma finish X Y : line X (diff Y X) 1 = Y.
Proof. apply functional_extensionality. intros i. apply functional_extensionality. intros a. unfold line, along, diff. ring. Qed.

Lemma level_taylor X Y : near X -> near Y ->
  level X + ip 1 5 (slope_often X) (diff Y X) + mu / 2 * sq 1 5 (diff Y X) <= level Y.
Proof.
  intros H H'. pose proof (taylor_line k k k units (spread X) (spread (diff Y X)) mu) as T.
  rewrite !spread_line, start, finish in T. rewrite (D1_grad k k k units (spread X) (near_good X H)) in T.
  rewrite slope_product in T. fold (level X) (level Y) in T.
  rewrite !sq_spread in T. apply T. intros t Ht. rewrite spread_line. pose proof (near_line X Y t H H' Ht) as L.
  split; [now apply near_good|]. rewrite <- (sq_spread (diff Y X)). now apply near_variation.
Qed.

(** The gradient is 0 at a minimum inside the box. *)
Lemma inside_critical X Y : (forall i a, (i < 1)%nat -> (a < 5)%nat -> Rabs (X i a - C i a) < r) ->
  (forall Z, near Z -> level X <= level Z) -> ip 1 5 (slope_often X) Y = 0.
Proof.
  intros In Min.
  assert (nearX : near X) by (intros i a Li La; left; now apply In).
  pose proof (d_Phi k k k units (spread X) (spread Y) 0) as D.
  rewrite spread_line in D. replace (line X Y 0) with X in D.
  2:{ apply functional_extensionality. intros i. apply functional_extensionality. intros a. unfold line, along. ring. }
  specialize (D (near_good X nearX)). rewrite (D1_grad k k k units (spread X) (near_good X nearX)), slope_product in D.
  apply is_derive_Reals in D.
  set (f := fun s => Phi k k k units (line (spread X) (spread Y) s)) in D.
  set (d := ip 1 5 (slope_often X) Y) in *.
  (* how far one may go *)
  assert (Room : exists e, 0 < e /\ forall s, - e < s < e -> near (line X Y s)).
  { set (big := 1 + Rabs (Y 0%nat 0%nat) + Rabs (Y 0%nat 1%nat) + Rabs (Y 0%nat 2%nat) + Rabs (Y 0%nat 3%nat) + Rabs (Y 0%nat 4%nat)).
    assert (Pos : forall a, 0 <= Rabs (Y 0%nat a)) by (intros; apply Rabs_pos).
    assert (Pb : 0 < big) by (unfold big; pose proof (Pos 0%nat); pose proof (Pos 1%nat); pose proof (Pos 2%nat); pose proof (Pos 3%nat); pose proof (Pos 4%nat); lra).
    assert (Each : forall a, (a < 5)%nat -> exists e, 0 < e /\ forall s, - e < s < e -> Rabs (line X Y s 0%nat a - C 0%nat a) <= r).
    { intros a La. specialize (In 0%nat a ltac:(lia) La). exists ((r - Rabs (X 0%nat a - C 0%nat a)) / (1 + Rabs (Y 0%nat a))).
      specialize (Pos a). split; [apply Rdiv_lt_0_compat; lra|]. intros s Hs.
      set (e := (r - Rabs (X 0%nat a - C 0%nat a)) / (1 + Rabs (Y 0%nat a))) in Hs.
      assert (Ee : e * (1 + Rabs (Y 0%nat a)) = r - Rabs (X 0%nat a - C 0%nat a)) by (unfold e; field; lra).
      unfold line, along. replace (X 0%nat a + s * Y 0%nat a - C 0%nat a) with ((X 0%nat a - C 0%nat a) + s * Y 0%nat a) by ring.
      apply Rle_trans with (1 := Rabs_triang _ _). rewrite Rabs_mult.
      assert (Rabs s < e) by (apply Rabs_def1; lra). pose proof (Rabs_pos s). nra. }
    destruct (Each 0%nat ltac:(lia)) as (e0 & p0 & H0). destruct (Each 1%nat ltac:(lia)) as (e1 & p1 & H1).
    destruct (Each 2%nat ltac:(lia)) as (e2 & p2 & H2). destruct (Each 3%nat ltac:(lia)) as (e3 & p3 & H3).
    destruct (Each 4%nat ltac:(lia)) as (e4 & p4 & H4).
    exists (Rmin (Rmin e0 e1) (Rmin e2 (Rmin e3 e4))). split; [repeat apply Rmin_pos; easy|].
    intros s Hs. pose proof (Rmin_l (Rmin e0 e1) (Rmin e2 (Rmin e3 e4))). pose proof (Rmin_r (Rmin e0 e1) (Rmin e2 (Rmin e3 e4))).
    pose proof (Rmin_l e0 e1). pose proof (Rmin_r e0 e1). pose proof (Rmin_l e2 (Rmin e3 e4)). pose proof (Rmin_r e2 (Rmin e3 e4)).
    pose proof (Rmin_l e3 e4). pose proof (Rmin_r e3 e4).
    intros i a Li La. replace i with 0%nat by lia.
    destruct a as [|[|[|[|[|a]]]]]; [apply H0|apply H1|apply H2|apply H3|apply H4|lia]; lra. }
  destruct Room as (e & pe & Room).
  assert (pr : derivable_pt f 0) by (exists d; exact D).
  assert (Z : derive_pt f 0 pr = 0).
  { apply (deriv_minimum f (- e) e 0 pr); try lra. intros s H1 H2. unfold f. rewrite !spread_line.
    replace (line X Y 0) with X. 2:{ apply functional_extensionality. intros i. apply functional_extensionality. intros a. unfold line, along. ring. }
    apply Min, Room. lra. }
  rewrite <- Z. symmetry. apply derive_pt_eq_0. exact D.
Qed.

Lemma product_zero X : near X -> (forall Y, ip 1 5 (slope_often X) Y = 0) ->
  forall U, D1 k k k units (spread X) U = 0.
Proof.
  intros H Z U. pose proof large_R.
  assert (E : forall a, (a < 5)%nat -> slope X 0%nat a = 0).
  { intros a La. specialize (Z (fun _ i => if (i =? a)%nat then 1 else 0)). rewrite product_five in Z.
    unfold slope_often in Z. pose proof (root_large a) as P.
    assert (Q : root a * slope X 0%nat a = 0); [|destruct (Rmult_integral _ _ Q); [lra|easy]].
    destruct a as [|[|[|[|[|a]]]]]; cbn [Nat.eqb] in Z; [lra|lra|lra|lra|lra|lia]. }
  rewrite (D1_grad k k k units (spread X) (near_good X H)). unfold ip. apply sum_zero. intros i Li.
  unfold dot. apply sum_zero. intros j Lj. rewrite slope_is by easy. unfold plain.
  rewrite !E by lia. unfold block.
  destruct (i <? m)%nat; [destruct (j <? m)%nat; [destruct (i =? j)%nat|destruct (j =? m)%nat]|
    destruct (i =? m)%nat; [destruct (j <? m)%nat; [|destruct (j =? m)%nat]|]]; unfold Rdiv; ring.
Qed.

Lemma near_padding X : near X -> forall x, mu * dot k x x <= sum k (fun i => sum k (fun i' =>
  padding k k (fun _ => 1) (spread X) (fun i => dot k (spread X i) (spread X i))
    (fun i i' => dot k (spread X i) (spread X i')) i i' * x i * x i')).
Proof.
  intros H x. destruct (steep_near X H) as (_ & _ & _ & _ & H1 & H2 & H3 & H4).
  apply block_padding_positive; try easy. lia.
Qed.

Variables (p q delta low high rho : R).
Hypothesis (share : p + q <> 0) (bend : tilt = 2 * PI * (- (p * q) / ((p + q) * (p + q)))).
Let full : R := (p + q) * (p + q).
Let gap : R := sq 1 5 (slope_often C).
Hypothesis (rho_pos : 0 < rho) (rho_r : rho < r) (reached : 4 * gap <= mu * mu * (rho * rho))
  (within : rho <= delta) (low_pos : 0 < low)
  (low_le : 2 * PI * low <= full * (level C + constant_of k - gap / (2 * mu)))
  (high_ge : full * (level C + constant_of k) <= 2 * PI * high).

Lemma sq_beyond D X : (k <= D)%nat -> sq k D (spread X) = sq k k (spread X).
Proof.
  intros L. apply sum_ext. intros i _. unfold dot. apply sum_extend; [easy|]. intros a La.
  rewrite spread_zeros by lia. ring.
Qed.

(** A spurious minimum near C, whatever m is. *)
Theorem block_minimum : spurious_minimum p q k k k (spread C) delta low high.
Proof.
  destruct (minimum 1 5 C r mu level slope_often r_pos mu_pos level_taylor)
    as (Ws & Hb & Hmin & _ & Hd & Hl & _).
  fold gap in Hd, Hl.
  assert (Dist : sq 1 5 (diff Ws C) <= rho * rho).
  { assert (0 < mu * mu) by now apply Rmult_lt_0_compat. apply Rmult_le_reg_l with (mu * mu); [easy|]. lra. }
  assert (In : forall i a, (i < 1)%nat -> (a < 5)%nat -> Rabs (Ws i a - C i a) < r).
  { intros i a Li La. pose proof (sq_entry 1 5 (diff Ws C) i a Li La) as Q. unfold diff in Q at 1 2.
    apply Rabs_def1; nra. }
  assert (Crit : forall U, D1 k k k units (spread Ws) U = 0).
  { apply product_zero; [easy|]. intros Y. now apply inside_critical. }
  pose proof PI_RGT_0 as Ppi. assert (Full : 0 < full) by (unfold full; nra).
  split; [easy|]. split; [lia|]. split; [lia|].
  exists (spread Ws). split; [intros; now apply spread_zeros|]. intros D LD.
  assert (Good : good k k D units (spread Ws)).
  { apply (good_wider k k k D (spread Ws)); try lia; [now apply near_good|intros; now apply spread_zeros]. }
  assert (Value : 2 * PI * F p q k k D (spread Ws) = full * (level Ws + constant_of k)).
  { pose proof (loss_Phi k k D units p q share bend (spread Ws) Good) as L.
    pose proof (constant_units p q k D share bend LD) as K. fold full in L, K.
    assert (P : Phi k k D units (spread Ws) = level Ws).
    { unfold level, Phi. apply sum_ext. intros i Li.
      assert (W : forall i u, dot D (spread Ws i) u = dot k (spread Ws i) u).
      { intros l u. apply (dot_wider k D (spread Ws)); [easy|intros; now apply spread_zeros]. }
      rewrite W. f_equal; [f_equal|].
      - apply sum_ext. intros j Lj. unfold hv. now rewrite !W.
      - apply sum_ext. intros j Lj. unfold hv. rewrite !W. now rewrite !dot_units by lia. }
    rewrite P in L. unfold F. lra. }
  split; [|split; [|split; [easy|split]]].
  - apply (strict_everywhere k k k D (spread Ws)) with (mu := mu); try easy; try lia.
    + now apply near_good.
    + intros; now apply spread_zeros.
    + intros U. now apply near_variation.
    + now apply near_padding.
  - change (distance k D (spread Ws) (spread C)) with (sqrt (sq k D (diff (spread Ws) (spread C)))).
    rewrite spread_diff, sq_beyond, sq_spread by easy.
    apply Rle_trans with (2 := within). rewrite <- (sqrt_square rho) by lra. now apply sqrt_le_1_alt.
  - split; (apply Rmult_le_reg_l with (2 * PI); [lra|]); rewrite Value.
    + apply Rle_trans with (1 := low_le). apply Rmult_le_compat_l; lra.
    + apply Rle_trans with (2 := high_ge). apply Rmult_le_compat_l; lra.
  - apply loss_copy. lia.
Qed.

End Box.
End Reduced.
