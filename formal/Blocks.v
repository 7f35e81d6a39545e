(** Matrices with one symmetry: k = m + 1 rows and columns, of which the first m may be permuted (type
    II of proofs/lemmas). Five numbers say all of such a matrix, whatever m is: its scalar products, its
    loss, its gradient (lemma 8), and the matrix of the other dimensions with its least eigenvalue. *)
From Coq Require Import Reals Lra Lia Arith.
From Coquelicot Require Import Coquelicot.
From Certify Require Import Statement Sums Pair Loss Forms Psd Padding.
Open Scope R_scope.

(** a on the diagonal, b beside it, c in the last column; d and e in the last row. *)
Definition block (m : nat) (a b c d e : R) : matrix := fun i j =>
  if (i <? m)%nat then
    if (j <? m)%nat then if (i =? j)%nat then a else b else if (j =? m)%nat then c else 0
  else if (i =? m)%nat then if (j <? m)%nat then d else if (j =? m)%nat then e else 0 else 0.

(** Sums of which all terms but one, or but two, are equal. *)
Lemma sum_but_one m i (f : nat -> R) y : (i < m)%nat ->
  (forall j, (j < m)%nat -> j <> i -> f j = y) -> sum m f = f i + (INR m - 1) * y.
Proof.
  intros L H. rewrite (sum_ext m f (fun j => y + (if (i =? j)%nat then f j - y else 0))).
  - rewrite sum_plus, sum_const, (sum_delta m i (fun j => f j - y)) by easy. ring.
  - intros j Lj. destruct (Nat.eqb_spec i j) as [E|N]; [ring|]. rewrite (H j) by auto. ring.
Qed.

Lemma sum_but_two m i i' (f : nat -> R) y : (i < m)%nat -> (i' < m)%nat -> i <> i' ->
  (forall j, (j < m)%nat -> j <> i -> j <> i' -> f j = y) -> sum m f = f i + f i' + (INR m - 2) * y.
Proof.
  intros L L' N H.
  rewrite (sum_ext m f (fun j => (if (i' =? j)%nat then f j - y else 0) +
    (if (i' =? j)%nat then y else f j))).
  - rewrite sum_plus, (sum_delta m i' (fun j => f j - y)) by easy.
    rewrite (sum_but_one m i _ y) by (easy || intros j Lj Nj; destruct (Nat.eqb_spec i' j); auto).
    destruct (Nat.eqb_spec i' i); [now subst|ring].
  - intros j _. destruct (i' =? j)%nat; ring.
Qed.

Lemma block_same m a b c d e i : (i < m)%nat -> block m a b c d e i i = a.
Proof. intros L. unfold block. apply Nat.ltb_lt in L. now rewrite L, Nat.eqb_refl. Qed.

Lemma block_other m a b c d e i j : (i < m)%nat -> (j < m)%nat -> i <> j -> block m a b c d e i j
  = b.
Proof.
  intros L L' N. unfold block. apply Nat.ltb_lt in L. apply Nat.ltb_lt in L'.
    apply Nat.eqb_neq in N.
  now rewrite L, L', N.
Qed.

Lemma block_column m a b c d e i : (i < m)%nat -> block m a b c d e i m = c.
Proof.
  intros L. unfold block. apply Nat.ltb_lt in L. now rewrite L, Nat.ltb_irrefl, Nat.eqb_refl.
Qed.

Lemma block_row m a b c d e j : (j < m)%nat -> block m a b c d e m j = d.
Proof.
  intros L. unfold block. apply Nat.ltb_lt in L. now rewrite L, Nat.ltb_irrefl, Nat.eqb_refl.
Qed.

Lemma block_corner m a b c d e : block m a b c d e m m = e.
Proof. unfold block. now rewrite Nat.ltb_irrefl, Nat.eqb_refl. Qed.

Section Block.

Context {tau : Tilt}.
Variables (m : nat) (a b c d e : R).
Local Notation k := (S m).
Local Notation W := (block m a b c d e).

(** The scalar products of the rows. *)
Definition N1 : R := a * a + (INR m - 1) * (b * b) + c * c.
Definition N2 : R := INR m * (d * d) + e * e.
Definition P1 : R := 2 * (a * b) + (INR m - 2) * (b * b) + c * c.
Definition P2 : R := a * d + (INR m - 1) * (b * d) + c * e.

Lemma dot_same i : (i < m)%nat -> dot (S m) (W i) (W i) = N1.
Proof.
  intros L. unfold dot. cbn [sum]. rewrite (sum_but_one m i _ (b * b)) by
    (easy || intros j Lj N; rewrite block_other by auto; easy).
  rewrite block_same, block_column by easy. easy.
Qed.

Lemma dot_other i i' : (i < m)%nat -> (i' < m)%nat -> i <> i' -> dot (S m) (W i) (W i') = P1.
Proof.
  intros L L' N. unfold dot. cbn [sum]. rewrite (sum_but_two m i i' _ (b * b)) by
    (easy || intros j Lj Nj Nj'; rewrite !block_other by auto; easy).
  rewrite !block_same, !block_column, !block_other by auto. unfold P1. ring.
Qed.

Lemma dot_last i : (i < m)%nat -> dot (S m) (W i) (W m) = P2.
Proof.
  intros L. unfold dot. cbn [sum]. rewrite (sum_but_one m i _ (b * d)) by
    (easy || intros j Lj N; rewrite block_other, block_row by auto; easy).
  rewrite block_same, block_column, block_row, block_corner by easy. easy.
Qed.

Lemma dot_corner : dot (S m) (W m) (W m) = N2.
Proof.
  unfold dot. cbn [sum]. rewrite (sum_ext m _ (fun _ => d * d)) by (intros j L;
    now rewrite block_row).
  rewrite sum_const, block_corner. easy.
Qed.

(** S and A of two rows, and of a row and a teacher whose entry in that row is x. *)
Definition S1 : R := Sf N1 N1 P1.
Definition S2 : R := Sf N1 N2 P2.
Definition A1 : R := Af N1 N1 P1.
Definition A2 : R := Af N1 N2 P2.
Definition excess1 : R := (INR m - 1) * S1 + S2 - (Sf N1 1 a + (INR m - 1) * Sf N1 1 b + Sf N1 1 c).
Definition excess2 : R := INR m * S2 - (INR m * Sf N2 1 d + Sf N2 1 e).
Definition own1 : R := PI + tilt + excess1 / N1.
Definition own2 : R := PI + tilt + excess2 / N2.

Lemma S_other i i' : (i < m)%nat -> (i' < m)%nat -> i <> i' -> Sv k (W i) (W i') = S1.
Proof. intros L L' N. unfold Sv. now rewrite !dot_same, dot_other. Qed.

Lemma A_other i i' : (i < m)%nat -> (i' < m)%nat -> i <> i' -> Av k (W i) (W i') = A1.
Proof. intros L L' N. unfold Av. now rewrite !dot_same, dot_other. Qed.

Lemma S_last i : (i < m)%nat -> Sv k (W i) (W m) = S2.
Proof. intros L. unfold Sv. now rewrite dot_same, dot_corner, dot_last. Qed.

Lemma A_last i : (i < m)%nat -> Av k (W i) (W m) = A2.
Proof. intros L. unfold Av. now rewrite dot_same, dot_corner, dot_last. Qed.

Lemma S_unit i j : (j < k)%nat -> Sv k (W i) (units j) = Sf (dot k (W i) (W i)) 1 (W i j).
Proof. intros L. unfold Sv. rewrite !dot_units by easy. unfold units. now rewrite Nat.eqb_refl. Qed.

Lemma A_unit i j : (j < k)%nat -> Av k (W i) (units j) = Af (dot k (W i) (W i)) 1 (W i j).
Proof. intros L. unfold Av. rewrite !dot_units by easy. unfold units. now rewrite Nat.eqb_refl. Qed.

(** Sums over all k rows. *)
Lemma sum_row i (f : nat -> R) x y z : (i < m)%nat -> f i = x ->
  (forall j, (j < m)%nat -> j <> i -> f j = y) -> f m = z -> sum k f = x + (INR m - 1) * y + z.
Proof. intros L <- H <-. cbn [sum]. now rewrite (sum_but_one m i f y). Qed.

Lemma sum_last (f : nat -> R) y z : (forall j, (j < m)%nat -> f j = y) -> f m = z ->
  sum k f = INR m * y + z.
Proof. intros H <-. cbn [sum]. rewrite (sum_ext m f (fun _ => y)) by easy.
  now rewrite sum_const. Qed.

Lemma own_row i : (i < m)%nat -> excess k k k units W i = excess1.
Proof.
  intros L. unfold excess, excess1. rewrite (sum_row i _ 0 S1 S2),
    (sum_row i _ (Sf N1 1 a) (Sf N1 1 b) (Sf N1 1 c)); try easy.
  - ring.
  - rewrite S_unit by lia. now rewrite dot_same, block_same.
  - intros j Lj N. rewrite S_unit by lia. rewrite dot_same, block_other by auto. easy.
  - rewrite S_unit by lia. now rewrite dot_same, block_column.
  - unfold Ss. now rewrite Nat.eqb_refl.
  - intros j Lj N. unfold Ss. destruct (Nat.eqb_spec i j); [now subst|]. now apply S_other.
  - unfold Ss. destruct (Nat.eqb_spec i m); [lia|]. now apply S_last.
Qed.

Lemma own_last : excess k k k units W m = excess2.
Proof.
  unfold excess, excess2. rewrite (sum_last _ S2 0), (sum_last _ (Sf N2 1 d) (Sf N2 1 e)).
  - ring.
  - intros j L. rewrite S_unit by lia. now rewrite dot_corner, block_row.
  - rewrite S_unit by lia. now rewrite dot_corner, block_corner.
  - intros j L. unfold Ss. destruct (Nat.eqb_spec m j); [lia|]. rewrite Sv_comm. now apply S_last.
  - unfold Ss. now rewrite Nat.eqb_refl.
Qed.

Lemma taught i j : (j < k)%nat ->
  sum k (fun l => Av k (W i) (units l) * units l j) = Af (dot k (W i) (W i)) 1 (W i j).
Proof.
  intros L. rewrite <- A_unit by easy.
    rewrite <- (sum_delta k j (fun l => Av k (W i) (units l)) L) at 1.
  apply sum_ext. intros l _. unfold units at 2. rewrite (Nat.eqb_sym j l).
    destruct (l =? j)%nat; ring.
Qed.

Lemma sum_below h : sum m (fun i => sum i (fun _ => h)) = INR m * (INR m - 1) / 2 * h.
Proof.
  rewrite (sum_ext m _ (fun i => INR i * h)) by (intros; apply sum_const).
  induction m as [|l IH]; [simpl; field|]. cbn [sum]. rewrite IH, S_INR. field.
Qed.

Lemma h_unit i j : (j < k)%nat -> hv k (W i) (units j) = hf (dot k (W i) (W i)) 1 (W i j).
Proof. intros L. unfold hv. rewrite !dot_units by easy. unfold units. now rewrite Nat.eqb_refl. Qed.

(** The loss there, times 2 pi / (p + q)^2 and without its constant. *)
Theorem block_loss : Phi k k k units W =
  INR m * ((PI + tilt) / 2 * N1 - (hf N1 1 a + (INR m - 1) * hf N1 1 b + hf N1 1 c))
  + ((PI + tilt) / 2 * N2 - (INR m * hf N2 1 d + hf N2 1 e))
  + INR m * (INR m - 1) / 2 * hf N1 N1 P1 + INR m * hf N1 N2 P2.
Proof.
  unfold Phi. cbn [sum].
  set (one := (PI + tilt) / 2 * N1 - (hf N1 1 a + (INR m - 1) * hf N1 1 b + hf N1 1 c)).
  rewrite (sum_ext m _ (fun i => one + sum i (fun _ => hf N1 N1 P1))).
  - rewrite sum_plus, sum_const, sum_below, dot_corner.
    rewrite (sum_ext m (fun i => hv k (W m) (W i)) (fun _ => hf N1 N2 P2)).
    + rewrite (sum_ext m (fun j => hv k (W m) (units j)) (fun _ => hf N2 1 d)).
      * rewrite !sum_const, h_unit, dot_corner, block_corner by lia. ring.
      * intros j L. now rewrite h_unit, dot_corner, block_row by lia.
    + intros i L. unfold hv, hf, Af, Sf. rewrite (dot_comm k (W m) (W i)), (dot_last i),
      (dot_same i), dot_corner by easy.
      now rewrite (Rmult_comm N2 N1).
  - intros i L. rewrite (sum_ext i (fun i' => hv k (W i) (W i')) (fun _ => hf N1 N1 P1)).
    + change (sum m (fun j => hv k (W i) (units j)) + hv k (W i) (units m)) with
      (sum k (fun j => hv k (W i) (units j))).
      rewrite dot_same, (sum_row i _ (hf N1 1 a) (hf N1 1 b) (hf N1 1 c)); try easy.
      * unfold one. ring.
      * now rewrite h_unit, dot_same, block_same by lia.
      * intros j Lj N. rewrite h_unit, dot_same, block_other by (lia || auto). easy.
      * now rewrite h_unit, dot_same, block_column by lia.
    + intros i' L'. unfold hv. rewrite !dot_same, dot_other by lia. easy.
Qed.

(** The gradient at such a matrix is such a matrix: five numbers, whatever k is. *)
Theorem block_gradient i j : (i < k)%nat -> (j < k)%nat -> grad k k k units W i j = block m
  (own1 * a + ((INR m - 1) * (A1 * b) + A2 * d - Af N1 1 a))
  (own1 * b + (A1 * a + (INR m - 2) * (A1 * b) + A2 * d - Af N1 1 b))
  (own1 * c + ((INR m - 1) * (A1 * c) + A2 * e - Af N1 1 c))
  (own2 * d + (A2 * a + (INR m - 1) * (A2 * b) - Af N2 1 d))
  (own2 * e + (INR m * (A2 * c) - Af N2 1 e)) i j.
Proof.
  intros Li Lj. unfold grad. rewrite taught by easy.
  assert (As_same : forall i, As k W i i = 0) by (intros l; unfold As; now rewrite Nat.eqb_refl).
  assert (As_other : forall i i', (i < m)%nat -> (i' < m)%nat -> i' <> i -> As k W i i' = A1).
  { intros l l' L L' N. unfold As. destruct (Nat.eqb_spec l l'); [now subst|]. now apply A_other. }
  assert (As_last : forall i, (i < m)%nat -> As k W i m = A2).
  { intros l L. unfold As. destruct (Nat.eqb_spec l m); [lia|]. now apply A_last. }
  assert (As_first : forall i, (i < m)%nat -> As k W m i = A2).
  { intros l L. unfold As. destruct (Nat.eqb_spec m l); [lia|]. rewrite Av_comm. now apply A_last. }
  destruct (Nat.eq_dec i m) as [->|Ni].
  - rewrite own_last. rewrite dot_corner. fold own2. destruct (Nat.eq_dec j m) as [->|Nj].
    + rewrite block_corner, (sum_last _ (A2 * c) 0).
      * rewrite block_corner. ring.
      * intros l L. now rewrite As_first, block_column.
      * rewrite As_same. ring.
    + assert (L : (j < m)%nat) by lia. rewrite !block_row, (sum_row j _ (A2 * a) (A2 * b) 0);
      try easy.
      * ring.
      * now rewrite As_first, block_same.
      * intros l Ll N. rewrite As_first, block_other by auto. easy.
      * rewrite As_same. ring.
  - assert (L : (i < m)%nat) by lia. rewrite own_row by easy. rewrite dot_same by easy. fold own1.
    destruct (Nat.eq_dec j m) as [->|Nj].
    + rewrite !block_column, (sum_row i _ 0 (A1 * c) (A2 * e)); try easy.
      * ring.
      * rewrite As_same. ring.
      * intros l Ll N. now rewrite As_other, block_column.
      * now rewrite As_last, block_corner.
    + assert (Lj' : (j < m)%nat) by lia. destruct (Nat.eq_dec i j) as [<-|N].
      * rewrite !block_same, (sum_row i _ 0 (A1 * b) (A2 * d)); try easy.
        -- ring.
        -- rewrite As_same. ring.
        -- intros l Ll N. rewrite As_other, block_other by auto. easy.
        -- now rewrite As_last, block_row.
      * rewrite !block_other by auto. cbn [sum].
        rewrite (sum_but_two m i j _ (A1 * b)); try easy.
        -- rewrite As_same, As_other, block_same, As_last, block_row by auto. ring.
        -- intros l Ll Nl Nl'. rewrite As_other, block_other by auto. easy.
Qed.

(** The matrix of the other dimensions (Padding.v) has three entries beside own2, and its form three
    terms: the squares, the sum, and the last entry. *)
Let M : matrix := padding k k (fun _ => 1) W (fun i => dot k (W i) (W i)) (fun i i' => dot k (W
  i) (W i')).

Lemma excess_form i : excess_gram k k (fun _ => 1) W (fun i => dot k (W i) (W i)) (fun i i' =>
  dot k (W i) (W i')) i =
  excess k k k units W i.
Proof.
  unfold excess_gram, excess. f_equal; apply sum_ext; intros j L. now rewrite S_unit.
Qed.

Lemma M_entries i j : (i < m)%nat -> (j < m)%nat -> M i j = if (i =? j)%nat then own1 else A1.
Proof.
  intros Li Lj. unfold M, padding. destruct (Nat.eqb_spec i j) as [_|N].
  - now rewrite excess_form, own_row, dot_same.
  - now rewrite !dot_same, dot_other.
Qed.

Lemma M_last i : (i < m)%nat -> M i m = A2 /\ M m i = A2.
Proof.
  intros L. unfold M, padding. destruct (Nat.eqb_spec i m); [lia|]. destruct (Nat.eqb_spec m i);
    [lia|].
  rewrite (dot_comm k (W m) (W i)), (dot_last i), (dot_same i), dot_corner by easy. split; [easy|].
  unfold A2. apply A_swap.
Qed.

Lemma M_corner : M m m = own2.
Proof. unfold M, padding. now rewrite Nat.eqb_refl, excess_form, own_last, dot_corner. Qed.

Theorem block_padding x : sum k (fun i => sum k (fun j => M i j * x i * x j)) =
  (own1 - A1) * sum m (fun i => x i * x i)
  + A1 * (sum m x * sum m x) + 2 * A2 * (sum m x * x m) + own2 * (x m * x m).
Proof.
  set (X := sum m x).
  assert (Row : forall i, (i < m)%nat -> sum k (fun j => M i j * x i * x j) =
    (own1 - A1) * (x i * x i) + (A1 * X + A2 * x m) * x i).
  { intros i L. cbn [sum]. rewrite (proj1 (M_last i L)).
    rewrite (sum_ext m _ (fun j => (if (i =? j)%nat then (own1 - A1) * x i * x j else 0) +
      A1 * x i * x j)).
    - rewrite sum_plus, (sum_delta m i (fun j => (own1 - A1) * x i * x j)), sum_scal by easy.
      fold X. ring.
    - intros j Lj. rewrite M_entries by easy. destruct (i =? j)%nat; ring. }
  assert (Last : sum k (fun j => M m j * x m * x j) = A2 * x m * X + own2 * x m * x m).
  { cbn [sum]. rewrite M_corner. rewrite (sum_ext m _ (fun j => A2 * x m * x j)).
    - rewrite sum_scal. fold X. ring.
    - intros j L. now rewrite (proj2 (M_last j L)). }
  change (sum k (fun i => sum k (fun j => M i j * x i * x j)))
    with (sum m (fun i => sum k (fun j => M i j * x i * x j)) + sum k (fun j => M m j * x m * x j)).
  rewrite Last, (sum_ext m _ (fun i => (own1 - A1) * (x i * x i) +
    (A1 * X + A2 * x m) * x i)) by easy.
  rewrite sum_plus, !sum_scal. fold X. ring.
Qed.

(** By (sum x)^2 <= m sum x^2. *)
Lemma square_of_sum (x : vector) : sum m x * sum m x <= INR m * sum m (fun i => x i * x i).
Proof.
  destruct (Nat.eq_dec m 0) as [->|N]; [simpl; lra|].
  assert (P : 0 < INR m) by (apply lt_0_INR; lia). set (X := sum m x).
  assert (H : 0 <= sum m (fun i => (x i - X / INR m) * (x i - X / INR m)))
    by (apply sum_nonneg; intros; apply Rle_0_sqr).
  rewrite (sum_ext m _ (fun i => x i * x i + (-2 * (X / INR m) * x i + X / INR m * (X / INR m))))
    in H
    by (intros; ring).
  rewrite !sum_plus, sum_scal, sum_const in H. fold X in H.
  apply Rmult_le_compat_l with (r := INR m) in H; [|lra].
  replace (INR m * (_ + _)) with (INR m * sum m (fun i => x i * x i) - X * X) in H by (field;
    lra). lra.
Qed.

(** So four inequalities make it positive definite, whatever k is. *)
Theorem block_padding_positive mu : (0 < m)%nat -> mu <= own1 - A1 ->
  let alpha := (own1 - A1 - mu) / INR m + A1 in
  0 < alpha -> mu <= own2 -> A2 * A2 <= alpha * (own2 - mu) ->
  forall x, mu * dot k x x <= sum k (fun i => sum k (fun j => M i j * x i * x j)).
Proof.
  intros Lm H1 alpha Pa H2 H3 x. rewrite block_padding. unfold dot. cbn [sum].
  set (X := sum m x). set (Q := sum m (fun i => x i * x i)). set (z := x m).
  assert (P : 0 < INR m) by (apply lt_0_INR; lia).
  assert (Sq : X * X <= INR m * Q) by apply square_of_sum.
  assert (T : (own1 - A1 - mu) / INR m * (X * X) <= (own1 - A1 - mu) * Q).
  { replace ((own1 - A1 - mu) * Q) with ((own1 - A1 - mu) / INR m * (INR m * Q)) by (field; lra).
    apply Rmult_le_compat_l; [apply Rdiv_le_0_compat; lra|easy]. }
  assert (F : 0 <= alpha * (X * X) + 2 * A2 * (X * z) + (own2 - mu) * (z * z)).
  { apply Rmult_le_reg_l with alpha; [easy|]. rewrite Rmult_0_r.
    assert (0 <= (alpha * X + A2 * z) * (alpha * X + A2 * z)) by apply Rle_0_sqr.
    assert (0 <= (alpha * (own2 - mu) - A2 * A2) * (z * z)) by (apply Rmult_le_pos;
      [lra|apply Rle_0_sqr]).
    lra. }
  unfold alpha in F. lra.
Qed.

End Block.
