(** The second variation at matrices with one symmetry (Blocks.v), for every number of rows: a
    quadratic form in each row and column with what it shares with the block, and in their sums. *)
From Coq Require Import Reals Lra Lia Arith.
From Certify Require Import Statement Sums Pair Loss Forms Blocks.
Open Scope R_scope.

(** Sums over pairs of different numbers below m. *)
Definition off (m : nat) (f : nat -> nat -> R) : R :=
  sum m (fun i => sum m (fun j => if (i =? j)%nat then 0 else f i j)).

Section Off.

Variable m : nat.

Lemma off_ext f g : (forall i j, (i < m)%nat -> (j < m)%nat -> i <> j -> f i j = g i j) ->
  off m f = off m g.
Proof.
  intros H. apply sum_ext. intros i Li. apply sum_ext. intros j Lj.
  destruct (Nat.eqb_spec i j); auto.
Qed.

Lemma off_all f : off m f = sum m (fun i => sum m (f i)) - sum m (fun i => f i i).
Proof.
  unfold off. rewrite <- sum_minus. apply sum_ext. intros i L.
  rewrite <- (sum_delta m i (fun j => f i j) L), <- sum_minus. apply sum_ext. intros j _.
  destruct (i =? j)%nat; ring.
Qed.

Lemma off_plus f g : off m (fun i j => f i j + g i j) = off m f + off m g.
Proof.
  unfold off. rewrite <- sum_plus. apply sum_ext. intros i _. rewrite <- sum_plus. apply sum_ext.
  intros j _. destruct (i =? j)%nat; ring.
Qed.

Lemma off_scal c f : off m (fun i j => c * f i j) = c * off m f.
Proof.
  unfold off. rewrite <- sum_scal. apply sum_ext. intros i _. rewrite <- sum_scal. apply sum_ext.
  intros j _. destruct (i =? j)%nat; ring.
Qed.

(** Pairs below the diagonal, of what is the same in both orders. *)
Lemma sum_below_off f : (forall i j, f i j = f j i) ->
  sum m (fun i => sum i (f i)) = off m f / 2.
Proof.
  intros C. pose proof (sum_pairs m f) as P. fold (off m f) in P. rewrite <- P.
  rewrite (sum_ext m (fun i => sum i (fun j => f i j + f j i)) (fun i => 2 * sum i (f i))).
  - rewrite sum_scal. field.
  - intros i _. rewrite <- sum_scal. apply sum_ext. intros j _. rewrite (C j i). ring.
Qed.

Lemma off_of_sums u : off m (fun i j => u i + u j) = 2 * (INR m - 1) * sum m u.
Proof.
  rewrite off_all. rewrite (sum_ext m (fun i => sum m (fun j => u i + u j))
    (fun i => INR m * u i + sum m u)).
  - rewrite !sum_plus, sum_scal, sum_const. change (sum m (fun i => u i)) with (sum m u). ring.
  - intros i _. now rewrite sum_plus, sum_const.
Qed.

Lemma off_product u v : off m (fun i j => u i * v j) = sum m u * sum m v - sum m (fun i => u i * v i).
Proof.
  rewrite off_all. f_equal.
  rewrite (sum_ext m (fun i => sum m (fun j => u i * v j)) (fun i => u i * sum m v)).
  - apply sum_scal_r.
  - intros i _. apply sum_scal.
Qed.

Lemma off_first u : off m (fun i _ => u i) = (INR m - 1) * sum m u.
Proof.
  rewrite off_all. rewrite (sum_ext m (fun i => sum m (fun _ => u i)) (fun i => INR m * u i))
    by (intros; apply sum_const).
  rewrite sum_scal. change (sum m (fun i => u i)) with (sum m u). ring.
Qed.

Lemma off_swap f : off m (fun i j => f j i) = off m f.
Proof.
  unfold off. rewrite sum_swap. apply sum_ext. intros i _. apply sum_ext. intros j _.
  now rewrite Nat.eqb_sym.
Qed.

Lemma off_second u : off m (fun _ j => u j) = (INR m - 1) * sum m u.
Proof. rewrite <- off_first. apply (off_swap (fun i _ => u i)). Qed.

Lemma off_square_plus u : off m (fun i j => (u i + u j) * (u i + u j)) =
  2 * (INR m - 2) * sum m (fun i => u i * u i) + 2 * (sum m u * sum m u).
Proof.
  rewrite (off_ext _ (fun i j => (u i * u i + u j * u j) + 2 * (u i * u j))) by (intros; ring).
  rewrite off_plus, off_scal, off_product, (off_of_sums (fun i => u i * u i)). ring.
Qed.

Lemma off_square_minus u : off m (fun i j => (u i - u j) * (u i - u j)) =
  2 * INR m * sum m (fun i => u i * u i) - 2 * (sum m u * sum m u).
Proof.
  rewrite (off_ext _ (fun i j => (u i * u i + u j * u j) + (-2) * (u i * u j))) by (intros; ring).
  rewrite off_plus, off_scal, off_product, (off_of_sums (fun i => u i * u i)). ring.
Qed.

(** An entry with a number of its row, or of its column. *)
Lemma off_row u y : off m (fun i j => u i * y i j) = sum m (fun i => u i * (sum m (y i) - y i i)).
Proof.
  rewrite off_all, <- sum_minus. apply sum_ext. intros i _. rewrite sum_scal. ring.
Qed.

Lemma off_column u y : off m (fun i j => u j * y i j) =
  sum m (fun j => u j * (sum m (fun i => y i j) - y j j)).
Proof.
  rewrite <- (off_row u (fun j i => y i j)). apply (off_swap (fun i j => u i * y j i)).
Qed.

(** The least sums of squares with given sums of rows and columns: any tau and alpha bound them. *)
Lemma symmetric_part y tau : let p i := sum m (y i) - y i i in
  (forall i j, (i < m)%nat -> (j < m)%nat -> y i j = y j i) ->
  4 * sum m (fun i => tau i * p i)
    - (2 * (INR m - 2) * sum m (fun i => tau i * tau i) + 2 * (sum m tau * sum m tau)) <=
  off m (fun i j => y i j * y i j).
Proof.
  intros p C.
  assert (P : 0 <= off m (fun i j => (y i j - (tau i + tau j)) * (y i j - (tau i + tau j)))).
  { apply sum_nonneg. intros. apply sum_nonneg. intros. destruct (i =? i0)%nat; [lra|].
    apply Rle_0_sqr. }
  rewrite (off_ext _ (fun i j => (y i j * y i j + (-2) * (tau i * y i j)) +
    ((-2) * (tau j * y i j) + (tau i + tau j) * (tau i + tau j)))) in P by (intros; ring).
  rewrite !off_plus, !off_scal, off_square_plus, off_row, off_column in P.
  rewrite (sum_ext m (fun j => tau j * (sum m (fun i => y i j) - y j j)) (fun i => tau i * p i)) in P.
  - fold p in P. change (sum m (fun i => tau i * (sum m (y i) - y i i))) with
      (sum m (fun i => tau i * p i)) in P. lra.
  - intros j L. unfold p. do 2 f_equal. apply sum_ext. intros i Li. now apply C.
Qed.

Lemma antisymmetric_part y alpha : let p i := sum m (y i) in
  (forall i j, (i < m)%nat -> (j < m)%nat -> y i j = - y j i) ->
  4 * sum m (fun i => alpha i * p i)
    - (2 * INR m * sum m (fun i => alpha i * alpha i) - 2 * (sum m alpha * sum m alpha)) <=
  off m (fun i j => y i j * y i j).
Proof.
  intros p C.
  assert (Z : forall i, (i < m)%nat -> y i i = 0) by (intros i L; specialize (C i i L L); lra).
  assert (P : 0 <= off m (fun i j => (y i j - (alpha i - alpha j)) * (y i j - (alpha i - alpha j)))).
  { apply sum_nonneg. intros. apply sum_nonneg. intros. destruct (i =? i0)%nat; [lra|].
    apply Rle_0_sqr. }
  rewrite (off_ext _ (fun i j => (y i j * y i j + (-2) * (alpha i * y i j)) +
    (2 * (alpha j * y i j) + (alpha i - alpha j) * (alpha i - alpha j)))) in P by (intros; ring).
  rewrite !off_plus, !off_scal, off_square_minus, off_row, off_column in P.
  rewrite (sum_ext m (fun j => alpha j * (sum m (fun i => y i j) - y j j))
    (fun i => - 1 * (alpha i * p i))) in P.
  - rewrite (sum_ext m (fun i => alpha i * (sum m (y i) - y i i)) (fun i => alpha i * p i)) in P.
    + rewrite sum_scal in P. lra.
    + intros i L. unfold p. rewrite Z by easy. ring.
  - intros j L. unfold p. rewrite Z by easy.
    rewrite (sum_ext m (fun i => y i j) (fun i => -1 * y j i)).
    + rewrite sum_scal. ring.
    + intros i Li. rewrite (C i j) by easy. ring.
Qed.

End Off.

(** The second derivative of a pair by numbers: S, A, squared norms of both neurons, of both moves,
    and scalar products. *)
Definition pair_form (N M p S A uu zz uz wu vz both : R) : R :=
  S * (uu / N + zz / M) + 2 * A * uz
  + (both - p / N * wu - p / M * vz) * (both - p / N * wu - p / M * vz) / S
  - S * ((wu / N - vz / M) * (wu / N - vz / M)).

Lemma G2_pair {tau : Tilt} d w v u z : apart d w v -> G2 d w v u z =
  pair_form (dot d w w) (dot d v v) (dot d w v) (Sv d w v) (Av d w v)
    (dot d u u) (dot d z z) (dot d u z) (dot d w u) (dot d v z) (dot d u v + dot d w z).
Proof.
  intros (P & P' & Q). assert (0 < Sv d w v) by (apply sqrt_lt_R0; lra).
  unfold G2, g2, pair_form. fold (Sv d w v) (Av d w v). field. lra.
Qed.

Section Variation.

Context {tau : Tilt}.
Variables (m : nat) (a b c d e : R) (U : matrix).
Local Notation k := (S m).
Local Notation W := (block m a b c d e).
Hypothesis W_good : good k k k units W.

(** Of each row of U: its sum, its entry on the diagonal and in the last column; of each column its
    sum and its entry in the last row; squared norms, and scalar products with W. *)
Definition rows (i : nat) : R := sum m (U i).
Definition columns (j : nat) : R := sum m (fun i => U i j).
Definition squares (i : nat) : R := dot k (U i) (U i).
Definition along_row (i : nat) : R := b * rows i + (a - b) * U i i + c * U i m.
Definition along_last : R := d * rows m + e * U m m.

Lemma row_dot i u : (i < m)%nat -> dot k (W i) u = b * sum m u + (a - b) * u i + c * u m.
Proof.
  intros L. unfold dot. cbn [sum]. rewrite block_column by easy.
  rewrite (sum_ext m _ (fun j => b * u j + (if (i =? j)%nat then (a - b) * u j else 0))).
  - rewrite sum_plus, sum_scal, (sum_delta m i (fun j => (a - b) * u j)) by easy.
    change (sum m (fun i => u i)) with (sum m u). ring.
  - intros j Lj. destruct (Nat.eqb_spec i j) as [<-|N].
    + rewrite block_same by easy. ring.
    + rewrite block_other by easy. ring.
Qed.

Lemma last_dot u : dot k (W m) u = d * sum m u + e * u m.
Proof.
  unfold dot. cbn [sum]. rewrite block_corner. f_equal.
  rewrite <- sum_scal. apply sum_ext. intros j L. now rewrite block_row.
Qed.

(** What two of the first rows have in common. *)
Definition eta (i : nat) : R := b * rows i + c * U i m - P1 m a b c / N1 m a b c * along_row i.

Lemma first_pair i j : (i < m)%nat -> (j < m)%nat -> i <> j ->
  G2 k (W i) (W j) (U i) (U j) =
  S1 m a b c / N1 m a b c * (squares i + squares j) + 2 * A1 m a b c * dot k (U i) (U j)
  + / S1 m a b c * (((a - b) * (U i j + U j i) + (eta i + eta j)) *
    ((a - b) * (U i j + U j i) + (eta i + eta j)))
  - S1 m a b c / (N1 m a b c * N1 m a b c) *
    ((along_row i - along_row j) * (along_row i - along_row j)).
Proof.
  intros Li Lj N. rewrite G2_pair by (apply (pair_apart k k k units W W_good); lia).
  pose proof (proj1 (W_good i ltac:(lia))) as P. rewrite dot_same in P by easy.
  rewrite !dot_same, dot_other, S_other, A_other by easy.
  rewrite (dot_comm k (U i) (W j)), !row_dot by easy.
  unfold pair_form, eta, along_row, rows, squares, Rdiv.
  rewrite Rinv_mult. ring.
Qed.

Lemma sum_of_dots : sum m (fun i => sum m (fun j => dot k (U i) (U j))) =
  sum m (fun l => columns l * columns l) + sum m (fun i => U i m) * sum m (fun i => U i m).
Proof.
  rewrite (sum_ext m _ (fun i => dot k (U i) (fun l => sum m (fun j => U j l)))).
  - rewrite <- (sum_scal_r m (sum m (fun i => U i m))), (sum_ext m (fun i => dot k (U i) _)
      (fun i => sum m (fun l => U i l * columns l) + U i m * sum m (fun j => U j m))) by easy.
    rewrite sum_plus. f_equal. rewrite sum_swap. apply sum_ext. intros l _. apply sum_scal_r.
  - intros i _. unfold dot. rewrite sum_swap. apply sum_ext. intros l _. apply sum_scal.
Qed.

(** All pairs of the first rows. *)
Lemma first_pairs : sum m (fun i => sum i (fun j => G2 k (W i) (W j) (U i) (U j))) =
  S1 m a b c / N1 m a b c * (INR m - 1) * sum m squares
  + A1 m a b c * (sum m (fun l => columns l * columns l)
      + sum m (fun i => U i m) * sum m (fun i => U i m) - sum m squares)
  + / S1 m a b c * ((a - b) * (a - b) * (off m (fun i j => U i j * U i j)
        + off m (fun i j => U i j * U j i))
      + 2 * (a - b) * sum m (fun i => eta i * (rows i + columns i - 2 * U i i))
      + (INR m - 2) * sum m (fun i => eta i * eta i) + sum m eta * sum m eta)
  - S1 m a b c / (N1 m a b c * N1 m a b c) * (INR m * sum m (fun i => along_row i * along_row i)
      - sum m along_row * sum m along_row).
Proof.
  set (f := fun i j => S1 m a b c / N1 m a b c * (squares i + squares j)
    + 2 * A1 m a b c * dot k (U i) (U j)
    + / S1 m a b c * (((a - b) * (U i j + U j i) + (eta i + eta j)) *
      ((a - b) * (U i j + U j i) + (eta i + eta j)))
    - S1 m a b c / (N1 m a b c * N1 m a b c) *
      ((along_row i - along_row j) * (along_row i - along_row j))).
  rewrite (sum_ext m _ (fun i => sum i (f i))).
  2:{ intros i L. apply sum_ext. intros j Lj. apply first_pair; lia. }
  rewrite (sum_below_off m f).
  2:{ intros i j. unfold f. rewrite (dot_comm k (U j) (U i)). ring. }
  unfold f.
  rewrite (off_ext m _ (fun i j => S1 m a b c / N1 m a b c * (squares i + squares j)
    + 2 * A1 m a b c * dot k (U i) (U j)
    + (/ S1 m a b c * ((a - b) * (a - b)) * (U i j * U i j + U j i * U j i)
      + 2 * / S1 m a b c * ((a - b) * (a - b)) * (U i j * U j i)
      + (2 * / S1 m a b c * (a - b) * (eta i * (U i j + U j i) + eta j * (U i j + U j i))
      + / S1 m a b c * ((eta i + eta j) * (eta i + eta j))
      + - (S1 m a b c / (N1 m a b c * N1 m a b c)) *
        ((along_row i - along_row j) * (along_row i - along_row j))))))
    by (intros; ring).
  rewrite !off_plus, !off_scal, !off_plus, (off_first m squares), (off_second m squares),
    off_square_plus, off_square_minus.
  rewrite (off_swap m (fun i j => U i j * U i j)).
  rewrite (off_row m eta (fun i j => U i j + U j i)), (off_column m eta (fun i j => U i j + U j i)).
  rewrite (sum_ext m (fun j => eta j * (sum m (fun i => U i j + U j i) - (U j j + U j j)))
    (fun i => eta i * (rows i + columns i - 2 * U i i))).
  2:{ intros j _. rewrite sum_plus. unfold rows, columns. change (sum m (fun i => U j i)) with (sum m (U j)). ring. }
  rewrite (sum_ext m (fun i => eta i * (sum m (fun j => U i j + U j i) - (U i i + U i i)))
    (fun i => eta i * (rows i + columns i - 2 * U i i))).
  2:{ intros i _. rewrite sum_plus. unfold rows, columns. change (sum m (fun j => U i j)) with (sum m (U i)). ring. }
  rewrite (off_all m (fun i j => dot k (U i) (U j))), sum_of_dots.
  change (sum m (fun i => dot k (U i) (U i))) with (sum m squares).
  generalize (S1 m a b c / N1 m a b c) (/ S1 m a b c) (S1 m a b c / (N1 m a b c * N1 m a b c)).
  intros. field.
Qed.

(** The last row and one of the first. *)
Definition shared (i : nat) : R :=
  (b * rows m + (a - b) * U m i + c * U m m) + (d * rows i + e * U i m)
  - P2 m a b c d e / N2 m d e * along_last - P2 m a b c d e / N1 m a b c * along_row i.

Lemma last_pairs : sum m (fun i => G2 k (W m) (W i) (U m) (U i)) =
  S2 m a b c d e * (INR m * squares m / N2 m d e + sum m squares / N1 m a b c)
  + 2 * A2 m a b c d e * (sum m (fun j => U m j * columns j) + U m m * sum m (fun i => U i m))
  + / S2 m a b c d e * sum m (fun i => shared i * shared i)
  - S2 m a b c d e * sum m (fun i => (along_last / N2 m d e - along_row i / N1 m a b c) *
      (along_last / N2 m d e - along_row i / N1 m a b c)).
Proof.
  assert (D : sum m (fun i => dot k (U m) (U i)) =
    sum m (fun j => U m j * columns j) + U m m * sum m (fun i => U i m)).
  { unfold dot. cbn [sum]. rewrite sum_plus, sum_scal. f_equal. rewrite sum_swap. apply sum_ext.
    intros j _. apply sum_scal. }
  rewrite (sum_ext m _ (fun i => (S2 m a b c d e * (squares m / N2 m d e)
    + S2 m a b c d e / N1 m a b c * squares i)
    + (2 * A2 m a b c d e * dot k (U m) (U i) + (/ S2 m a b c d e * (shared i * shared i)
    + - S2 m a b c d e * ((along_last / N2 m d e - along_row i / N1 m a b c) *
      (along_last / N2 m d e - along_row i / N1 m a b c)))))).
  - rewrite !sum_plus, !sum_scal, sum_const, D. unfold Rdiv. ring.
  - intros i L. rewrite G2_pair by (apply (pair_apart k k k units W W_good); lia).
    rewrite Sv_comm, Av_comm, S_last, A_last, dot_corner, (dot_comm k (W m) (W i)), dot_last,
      dot_same by easy.
    rewrite (dot_comm k (U m) (W i)), !last_dot, !row_dot by easy.
    unfold pair_form, shared, along_row, along_last, rows, squares, Rdiv. ring.
Qed.

(** A row and a teacher; then all teachers. *)
Lemma taught_pair i j : (i < k)%nat -> (j < k)%nat -> G2 k (W i) (units j) (U i) zero =
  Sf (dot k (W i) (W i)) 1 (W i j) * (dot k (U i) (U i) / dot k (W i) (W i)
    - dot k (W i) (U i) / dot k (W i) (W i) * (dot k (W i) (U i) / dot k (W i) (W i)))
  + (U i j - W i j / dot k (W i) (W i) * dot k (W i) (U i)) *
    (U i j - W i j / dot k (W i) (W i) * dot k (W i) (U i)) / Sf (dot k (W i) (W i)) 1 (W i j).
Proof.
  intros Li Lj. rewrite G2_pair by (destruct (W_good i Li) as (_ & _ & H); now apply H).
  rewrite S_unit, A_unit, !dot_units by easy. change (dot k zero zero) with (dot k zero (fun _ => 0)).
  change (dot k (U i) zero) with (dot k (U i) (fun _ => 0)).
  change (dot k (units j) zero) with (dot k (units j) (fun _ => 0)).
  change (dot k (W i) zero) with (dot k (W i) (fun _ => 0)).
  rewrite !dot_zero_r. unfold units. rewrite Nat.eqb_refl. unfold pair_form, Rdiv. ring.
Qed.

Lemma sum_of_squares n (u : vector) x : sum n (fun j => (u j - x) * (u j - x)) =
  sum n (fun j => u j * u j) - 2 * x * sum n u + INR n * (x * x).
Proof.
  rewrite (sum_ext n _ (fun j => (u j * u j + -2 * x * u j) + x * x)) by (intros; ring).
  rewrite !sum_plus, sum_scal, sum_const. change (sum n (fun i => u i)) with (sum n u). ring.
Qed.

Lemma squares_split i : squares i = sum m (fun j => U i j * U i j) + U i m * U i m.
Proof. easy. Qed.

(** A row of U with the teachers in equal columns: the sum over them. *)
Lemma equal_columns s q x (u : vector) : sum m (fun j => s * q + (u j - x) * (u j - x) / s) =
  INR m * (s * q) + (sum m (fun j => u j * u j) - 2 * x * sum m u + INR m * (x * x)) / s.
Proof.
  rewrite (sum_ext m _ (fun j => s * q + / s * ((u j - x) * (u j - x)))) by (intros; unfold Rdiv; ring).
  rewrite sum_plus, sum_const, sum_scal, sum_of_squares. unfold Rdiv. ring.
Qed.

Definition taught_row (i : nat) : R :=
  (Sf (N1 m a b c) 1 a + (INR m - 1) * Sf (N1 m a b c) 1 b + Sf (N1 m a b c) 1 c) *
    (squares i / N1 m a b c - along_row i / N1 m a b c * (along_row i / N1 m a b c))
  + (U i i - a / N1 m a b c * along_row i) * (U i i - a / N1 m a b c * along_row i)
    / Sf (N1 m a b c) 1 a
  + (squares i - U i m * U i m - 2 * (b / N1 m a b c * along_row i) * rows i
      + INR m * (b / N1 m a b c * along_row i * (b / N1 m a b c * along_row i))
      - (U i i - b / N1 m a b c * along_row i) * (U i i - b / N1 m a b c * along_row i))
    / Sf (N1 m a b c) 1 b
  + (U i m - c / N1 m a b c * along_row i) * (U i m - c / N1 m a b c * along_row i)
    / Sf (N1 m a b c) 1 c.

Definition taught_last : R :=
  (INR m * Sf (N2 m d e) 1 d + Sf (N2 m d e) 1 e) *
    (squares m / N2 m d e - along_last / N2 m d e * (along_last / N2 m d e))
  + (squares m - U m m * U m m - 2 * (d / N2 m d e * along_last) * rows m
      + INR m * (d / N2 m d e * along_last * (d / N2 m d e * along_last))) / Sf (N2 m d e) 1 d
  + (U m m - e / N2 m d e * along_last) * (U m m - e / N2 m d e * along_last)
    / Sf (N2 m d e) 1 e.

Lemma taught_first i : (i < m)%nat ->
  sum k (fun j => G2 k (W i) (units j) (U i) zero) = taught_row i.
Proof.
  intros L. rewrite (sum_ext k _ _ (fun j Lj => taught_pair i j ltac:(lia) Lj)).
  rewrite dot_same, row_dot by easy. fold (rows i) (along_row i) (squares i).
  set (part := fun s w u => s * (squares i / N1 m a b c
    - along_row i / N1 m a b c * (along_row i / N1 m a b c))
    + (u - w / N1 m a b c * along_row i) * (u - w / N1 m a b c * along_row i) / s).
  rewrite (sum_ext k _ (fun j => part (Sf (N1 m a b c) 1 (W i j)) (W i j) (U i j))) by easy.
  cbn [sum]. rewrite block_column by easy.
  rewrite (sum_ext m _ (fun j => part (Sf (N1 m a b c) 1 b) b (U i j) + (if (i =? j)%nat then
    part (Sf (N1 m a b c) 1 a) a (U i j) - part (Sf (N1 m a b c) 1 b) b (U i j) else 0))).
  2:{ intros j Lj. destruct (Nat.eqb_spec i j) as [<-|N].
      - rewrite block_same by easy. ring.
      - rewrite block_other by easy. ring. }
  rewrite sum_plus, (sum_delta m i (fun j => part (Sf (N1 m a b c) 1 a) a (U i j)
    - part (Sf (N1 m a b c) 1 b) b (U i j))) by easy.
  unfold part at 1. rewrite (equal_columns _ _ _ (U i)).
  unfold part, taught_row. rewrite squares_split. fold (rows i). unfold Rdiv. ring.
Qed.

Lemma taught_end : sum k (fun j => G2 k (W m) (units j) (U m) zero) = taught_last.
Proof.
  rewrite (sum_ext k _ _ (fun j Lj => taught_pair m j ltac:(lia) Lj)).
  rewrite dot_corner, last_dot. fold (rows m) along_last (squares m). cbn [sum].
  rewrite block_corner.
  rewrite (sum_ext m _ (fun j => Sf (N2 m d e) 1 d * (squares m / N2 m d e
    - along_last / N2 m d e * (along_last / N2 m d e))
    + (U m j - d / N2 m d e * along_last) * (U m j - d / N2 m d e * along_last)
      / Sf (N2 m d e) 1 d)) by (intros j L; now rewrite block_row).
  rewrite (equal_columns _ _ _ (U m)). unfold taught_last. rewrite squares_split. fold (rows m).
  unfold Rdiv. ring.
Qed.

(** The second variation, for every m: U enters by sums over the first rows of squares and products
    of a few numbers of each row and column. *)
Theorem block_variation : D2 k k k units W U =
  (PI + tilt) * (sum m squares + squares m)
  + (S1 m a b c / N1 m a b c * (INR m - 1) * sum m squares
    + A1 m a b c * (sum m (fun l => columns l * columns l)
      + sum m (fun i => U i m) * sum m (fun i => U i m) - sum m squares)
    + / S1 m a b c * ((a - b) * (a - b) * (off m (fun i j => U i j * U i j)
        + off m (fun i j => U i j * U j i))
      + 2 * (a - b) * sum m (fun i => eta i * (rows i + columns i - 2 * U i i))
      + (INR m - 2) * sum m (fun i => eta i * eta i) + sum m eta * sum m eta)
    - S1 m a b c / (N1 m a b c * N1 m a b c) * (INR m * sum m (fun i => along_row i * along_row i)
      - sum m along_row * sum m along_row))
  + (S2 m a b c d e * (INR m * squares m / N2 m d e + sum m squares / N1 m a b c)
    + 2 * A2 m a b c d e * (sum m (fun j => U m j * columns j) + U m m * sum m (fun i => U i m))
    + / S2 m a b c d e * sum m (fun i => shared i * shared i)
    - S2 m a b c d e * sum m (fun i => (along_last / N2 m d e - along_row i / N1 m a b c) *
      (along_last / N2 m d e - along_row i / N1 m a b c)))
  - (sum m taught_row + taught_last).
Proof.
  unfold D2. change (sum k (fun i => (PI + tilt) * dot k (U i) (U i)
    + sum i (fun i' => G2 k (W i) (W i') (U i) (U i')) - sum k (fun j => G2 k (W i) (units j) (U i) zero)))
  with (sum m (fun i => (PI + tilt) * dot k (U i) (U i)
    + sum i (fun i' => G2 k (W i) (W i') (U i) (U i')) - sum k (fun j => G2 k (W i) (units j) (U i) zero))
    + ((PI + tilt) * dot k (U m) (U m) + sum m (fun i' => G2 k (W m) (W i') (U m) (U i'))
      - sum k (fun j => G2 k (W m) (units j) (U m) zero))).
  rewrite sum_minus, sum_plus, sum_scal, first_pairs, last_pairs, taught_end.
  rewrite (sum_ext m (fun i => sum k _) taught_row) by (intros; now apply taught_first).
  change (sum m (fun i => dot k (U i) (U i))) with (sum m squares).
  change (dot k (U m) (U m)) with (squares m). ring.
Qed.

(** Numbers of the block, by short names. *)
Let g : R := a - b.
Let n1 : R := N1 m a b c.
Let n2 : R := N2 m d e.
Let s1 : R := S1 m a b c.
Let s2 : R := S2 m a b c d e.
Let a1 : R := A1 m a b c.
Let a2 : R := A2 m a b c d e.
Let sa : R := Sf n1 1 a.
Let sb : R := Sf n1 1 b.
Let sc : R := Sf n1 1 c.
Let sd : R := Sf n2 1 d.
Let se : R := Sf n2 1 e.
Let u1 : R := own1 m a b c d e.
Let u2 : R := own2 m a b c d e.
Let p1 : R := P1 m a b c.
Let p2 : R := P2 m a b c d e.

(** The form of what belongs to one row and column: x on the diagonal, r and l the sums of the row and
    of the column, z in the last column, t in the last row. *)
Definition row_form (x r l z t : R) : R :=
  let beta := b * r + g * x + c * z in
  let eta := b * r + c * z - p1 / n1 * beta in
  let sigma := g * t + d * r + e * z - p2 / n1 * beta in
  let kappa := b / n1 * beta in
  (u1 - a1 - / sb) * (x * x) + (u1 - a1) * (z * z) + (u2 - / sd) * (t * t)
  + a1 * (l * l) + 2 * a2 * (t * l)
  + / s1 * (2 * g * (eta * (r + l - 2 * x)) + (INR m - 2) * (eta * eta))
  + / s2 * (sigma * sigma)
  + (sa + (INR m - 1) * sb + sc - INR m * s1 - s2) / (n1 * n1) * (beta * beta)
  - / sa * ((x - a / n1 * beta) * (x - a / n1 * beta))
  + / sb * (2 * (kappa * r) - INR m * (kappa * kappa) + (x - kappa) * (x - kappa))
  - / sc * ((z - c / n1 * beta) * (z - c / n1 * beta)).

(** The form of the sums over all rows, and of the last entry s. *)
Definition total_form (x r z t s : R) : R :=
  let beta := b * r + g * x + c * z in
  let eta := b * r + c * z - p1 / n1 * beta in
  let last := d * t + e * s in
  let omega := b * t + c * s - p2 / n2 * last in
  let sigma := g * t + d * r + e * z - p2 / n1 * beta in
  let lambda := d / n2 * last in
  u2 * (s * s) + a1 * (z * z) + / s1 * (eta * eta) + s1 / (n1 * n1) * (beta * beta)
  + 2 * a2 * (s * z) + / s2 * (2 * (omega * sigma) + INR m * (omega * omega))
  - s2 * (INR m * (last / n2 * (last / n2)) - 2 * (last / n2 * (beta / n1)))
  + (INR m * sd + se) * (last / n2 * (last / n2))
  + / sd * (2 * (lambda * t) - INR m * (lambda * lambda))
  - / se * ((s - e / n2 * last) * (s - e / n2 * last)).

Definition form_of (i : nat) : R := row_form (U i i) (rows i) (columns i) (U i m) (U m i).

Lemma sum_of_columns : sum m columns = sum m rows.
Proof. unfold columns, rows. now rewrite sum_swap. Qed.

Theorem variation_forms : D2 k k k units W U =
  (u1 - a1 - / sb + g * g / s1) * off m (fun i j => U i j * U i j)
  + g * g / s1 * off m (fun i j => U i j * U j i)
  + sum m form_of
  + total_form (sum m (fun i => U i i)) (sum m rows) (sum m (fun i => U i m)) (rows m) (U m m).
Proof.
  rewrite block_variation. fold n1 n2 s1 s2 a1 a2 g.
  set (omega := b * rows m + c * U m m - p2 / n2 * along_last).
  set (sigma := fun i => g * U m i + d * rows i + e * U i m - p2 / n1 * along_row i).
  set (q := fun i => sum m (fun j => U i j * U i j)).
  assert (Q : sum m q = off m (fun i j => U i j * U i j) + sum m (fun i => U i i * U i i)).
  { rewrite off_all. unfold q. ring. }
  assert (Sq : sum m squares = sum m q + sum m (fun i => U i m * U i m)).
  { rewrite <- sum_plus. now apply sum_ext. }
  assert (Sm : squares m = sum m (fun i => U m i * U m i) + U m m * U m m) by easy.
  assert (Shared : sum m (fun i => shared i * shared i) =
    sum m (fun i => sigma i * sigma i) + 2 * omega * sum m sigma + INR m * (omega * omega)).
  { rewrite (sum_ext m _ (fun i => sigma i * sigma i + 2 * omega * sigma i + omega * omega)).
    - rewrite !sum_plus, sum_scal, sum_const. now change (sum m (fun i => sigma i)) with (sum m sigma).
    - intros i _. unfold shared, sigma, omega. fold n1 n2 p2 g. ring. }
  assert (Diff : sum m (fun i => (along_last / n2 - along_row i / n1) *
      (along_last / n2 - along_row i / n1)) =
    INR m * (along_last / n2 * (along_last / n2)) - 2 * (along_last / n2) * (sum m along_row / n1)
    + sum m (fun i => along_row i * along_row i) / (n1 * n1)).
  { rewrite (sum_ext m _ (fun i => along_last / n2 * (along_last / n2)
      + (-2 * (along_last / n2) * / n1 * along_row i + / (n1 * n1) * (along_row i * along_row i)))).
    - rewrite !sum_plus, !sum_scal, sum_const. change (sum m (fun i => along_row i)) with (sum m along_row).
      unfold Rdiv. ring.
    - intros i _. unfold Rdiv. rewrite Rinv_mult. ring. }
  assert (Along : sum m along_row = b * sum m rows + g * sum m (fun i => U i i)
    + c * sum m (fun i => U i m)).
  { rewrite <- !sum_scal, <- !sum_plus. now apply sum_ext. }
  assert (Eta : sum m eta = b * sum m rows + c * sum m (fun i => U i m) - p1 / n1 * sum m along_row).
  { rewrite <- !sum_scal, <- sum_plus, <- sum_minus. now apply sum_ext. }
  assert (Sigma : sum m sigma = g * rows m + d * sum m rows + e * sum m (fun i => U i m)
    - p2 / n1 * sum m along_row).
  { unfold rows at 1. rewrite <- !sum_scal, <- !sum_plus, <- sum_minus. now apply sum_ext. }
  set (few := sa + (INR m - 1) * sb + sc).
  set (rest := fun i => / sa * ((U i i - a / n1 * along_row i) * (U i i - a / n1 * along_row i))
    - / sb * (2 * (b / n1 * along_row i * rows i) - INR m * (b / n1 * along_row i *
        (b / n1 * along_row i)) + (U i i - b / n1 * along_row i) * (U i i - b / n1 * along_row i))
    + / sc * ((U i m - c / n1 * along_row i) * (U i m - c / n1 * along_row i))).
  assert (Taught : sum m taught_row = few * / n1 * (sum m q + sum m (fun i => U i m * U i m))
    + - few * / (n1 * n1) * sum m (fun i => along_row i * along_row i) + / sb * sum m q + sum m rest).
  { rewrite <- Sq, <- !sum_scal, <- !sum_plus. apply sum_ext. intros i _.
    unfold taught_row, rest, few. rewrite squares_split. fold n1 sa sb sc (q i). unfold Rdiv.
    rewrite Rinv_mult. ring. }
  assert (Rows : sum m form_of = (u1 - a1 - / sb) * sum m (fun i => U i i * U i i)
    + (u1 - a1) * sum m (fun i => U i m * U i m) + (u2 - / sd) * sum m (fun i => U m i * U m i)
    + a1 * sum m (fun l => columns l * columns l) + 2 * a2 * sum m (fun i => U m i * columns i)
    + / s1 * 2 * g * sum m (fun i => eta i * (rows i + columns i - 2 * U i i))
    + / s1 * (INR m - 2) * sum m (fun i => eta i * eta i) + / s2 * sum m (fun i => sigma i * sigma i)
    + (few - INR m * s1 - s2) * / (n1 * n1) * sum m (fun i => along_row i * along_row i)
    + -1 * sum m rest).
  { rewrite <- !sum_scal, <- !sum_plus. apply sum_ext. intros i _.
    unfold form_of, row_form, rest, eta, sigma, few. fold n1 p1.
    change (b * rows i + g * U i i + c * U i m) with (along_row i). unfold Rdiv. ring. }
  rewrite Sq, Sm, Shared, Diff, Taught, Rows, Eta, Sigma, Q.
  unfold total_form, taught_last, u1, u2, own1, own2, excess1, excess2.
  fold n1 n2 s1 s2. fold sa sb sc sd se. rewrite Sm.
  change (d * rows m + e * U m m) with along_last. rewrite <- Along.
  change (b * rows m + c * U m m - p2 / n2 * along_last) with omega.
  unfold few, Rdiv. rewrite !Rinv_mult. ring.
Qed.

(** The least eigenvalue: mu |U|^2 is below the second variation if mu is below both numbers of what is
    in no row's and no column's sum, and two forms in five numbers are positive. *)
Variable mu : R.
Definition even : R := u1 - a1 - / sb + g * g / s1 + g * g / s1 - mu.
Definition odd : R := u1 - a1 - / sb - mu.

Definition row_excess (x r l z t : R) : R :=
  row_form x r l z t - mu * (x * x + z * z + t * t)
  + even / (2 * (INR m - 2)) * ((r + l - 2 * x) * (r + l - 2 * x))
  + odd / (2 * INR m) * ((r - l) * (r - l)).

Definition total_excess (x r z t s : R) : R :=
  row_excess x r r z t / INR m + total_form x r z t s - mu * (s * s)
  - even / (4 * (INR m - 1) * (INR m - 2)) * ((2 * r - 2 * x) * (2 * r - 2 * x)).

Lemma sq_parts : sq k k U = off m (fun i j => U i j * U i j)
  + sum m (fun i => U i i * U i i + U i m * U i m + U m i * U m i) + U m m * U m m.
Proof.
  unfold sq, ip. cbn [sum]. fold (squares m).
  change (sum m (fun i => dot k (U i) (U i))) with (sum m squares).
  assert (Sq : sum m squares = sum m (fun i => sum m (fun j => U i j * U i j))
    + sum m (fun i => U i m * U i m)) by (rewrite <- sum_plus; now apply sum_ext).
  assert (Sm : squares m = sum m (fun i => U m i * U m i) + U m m * U m m) by easy.
  rewrite Sq, Sm, off_all, !sum_plus. ring.
Qed.

Hypothesis (large : 2 < INR m) (even_pos : 0 <= even) (odd_pos : 0 <= odd).

Lemma beside_sums : even / (2 * (INR m - 2)) * (sum m (fun i => (rows i + columns i - 2 * U i i) *
      (rows i + columns i - 2 * U i i)))
  - even / (4 * (INR m - 1) * (INR m - 2)) * ((2 * sum m rows - 2 * sum m (fun i => U i i)) *
      (2 * sum m rows - 2 * sum m (fun i => U i i)))
  + odd / (2 * INR m) * sum m (fun i => (rows i - columns i) * (rows i - columns i)) <=
  (u1 - a1 - / sb + g * g / s1 - mu) * off m (fun i j => U i j * U i j)
  + g * g / s1 * off m (fun i j => U i j * U j i).
Proof.
  set (p := fun i => rows i + columns i - 2 * U i i). set (o := fun i => rows i - columns i).
  set (y := fun i j => U i j + U j i). set (n := fun i j => U i j - U j i).
  assert (P : sum m p = 2 * sum m rows - 2 * sum m (fun i => U i i)).
  { unfold p. rewrite (sum_ext m _ (fun i => rows i + columns i + -2 * U i i)) by (intros; ring).
    rewrite !sum_plus, sum_scal. change (sum m (fun i => columns i)) with (sum m columns).
    change (sum m (fun i => rows i)) with (sum m rows). rewrite sum_of_columns. ring. }
  assert (O : sum m o = 0).
  { unfold o. rewrite sum_minus. change (sum m (fun i => columns i)) with (sum m columns).
    change (sum m (fun i => rows i)) with (sum m rows). rewrite sum_of_columns. ring. }
  assert (Y : off m (fun i j => y i j * y i j) =
    2 * off m (fun i j => U i j * U i j) + 2 * off m (fun i j => U i j * U j i)).
  { rewrite (off_ext m _ (fun i j => (U i j * U i j + U j i * U j i) + 2 * (U i j * U j i)))
      by (intros; unfold y; ring).
    rewrite !off_plus, off_scal, (off_swap m (fun i j => U i j * U i j)). ring. }
  assert (N : off m (fun i j => n i j * n i j) =
    2 * off m (fun i j => U i j * U i j) - 2 * off m (fun i j => U i j * U j i)).
  { rewrite (off_ext m _ (fun i j => (U i j * U i j + U j i * U j i) + -2 * (U i j * U j i)))
      by (intros; unfold n; ring).
    rewrite !off_plus, off_scal, (off_swap m (fun i j => U i j * U i j)). ring. }
  assert (Ey : forall i, sum m (y i) - y i i = p i).
  { intros i. unfold y, p, rows, columns. rewrite sum_plus.
    change (sum m (fun j => U i j)) with (sum m (U i)). ring. }
  assert (En : forall i, sum m (n i) = o i).
  { intros i. unfold n, o, rows, columns. rewrite sum_minus.
    now change (sum m (fun j => U i j)) with (sum m (U i)). }
  set (tau0 := fun i => p i / (INR m - 2) - sum m p / (2 * (INR m - 1) * (INR m - 2))).
  pose proof (symmetric_part m y tau0) as Hs. cbv beta zeta in Hs.
  specialize (Hs ltac:(intros; unfold y; ring)).
  pose proof (antisymmetric_part m n (fun i => o i / INR m)) as Ha. cbv beta zeta in Ha.
  specialize (Ha ltac:(intros; unfold n; ring)).
  rewrite (sum_ext m _ (fun i => tau0 i * p i) (fun i _ => f_equal (Rmult (tau0 i)) (Ey i))) in Hs.
  rewrite (sum_ext m _ (fun i => o i / INR m * o i) (fun i _ => f_equal (Rmult (o i / INR m)) (En i)))
    in Ha.
  assert (T1 : sum m (fun i => tau0 i * p i) = sum m (fun i => p i * p i) / (INR m - 2)
    - sum m p * sum m p / (2 * (INR m - 1) * (INR m - 2))).
  { rewrite (sum_ext m _ (fun i => / (INR m - 2) * (p i * p i)
      + - (sum m p / (2 * (INR m - 1) * (INR m - 2))) * p i)) by (intros; unfold tau0; field; lra).
    rewrite sum_plus, !sum_scal. change (sum m (fun i => p i)) with (sum m p). field. lra. }
  assert (T0 : sum m tau0 = sum m p / (INR m - 2) - INR m * (sum m p / (2 * (INR m - 1) * (INR m - 2)))).
  { unfold tau0. rewrite sum_minus, sum_const. f_equal.
    rewrite (sum_ext m _ (fun i => / (INR m - 2) * p i)) by (intros; field; lra).
    rewrite sum_scal. change (sum m (fun i => p i)) with (sum m p). field. lra. }
  assert (T2 : sum m (fun i => tau0 i * tau0 i) = / (INR m - 2) * sum m (fun i => tau0 i * p i)
    - sum m p / (2 * (INR m - 1) * (INR m - 2)) * sum m tau0).
  { rewrite <- !sum_scal, <- sum_minus. apply sum_ext. intros i _. unfold tau0 at 2. field. lra. }
  rewrite T2, T1, T0 in Hs.
  assert (A1' : sum m (fun i => o i / INR m * o i) = sum m (fun i => o i * o i) / INR m).
  { rewrite (sum_ext m _ (fun i => / INR m * (o i * o i))) by (intros; field; lra).
    rewrite sum_scal. field. lra. }
  assert (A2' : sum m (fun i => o i / INR m * (o i / INR m)) = sum m (fun i => o i * o i) / (INR m * INR m)).
  { rewrite (sum_ext m _ (fun i => / (INR m * INR m) * (o i * o i))) by (intros; field; lra).
    rewrite sum_scal. field. lra. }
  assert (A0' : sum m (fun i => o i / INR m) = 0).
  { rewrite (sum_ext m _ (fun i => / INR m * o i)) by (intros; field; lra).
    rewrite sum_scal. change (sum m (fun i => o i)) with (sum m o). rewrite O. ring. }
  rewrite A1', A2', A0' in Ha. rewrite Y in Hs. rewrite N in Ha. rewrite <- P.
  change (sum m (fun i => (rows i + columns i - 2 * U i i) * (rows i + columns i - 2 * U i i)))
    with (sum m (fun i => p i * p i)).
  change (sum m (fun i => (rows i - columns i) * (rows i - columns i))) with (sum m (fun i => o i * o i)).
  set (pp := sum m (fun i => p i * p i)) in *. set (oo := sum m (fun i => o i * o i)) in *.
  set (sp := sum m p) in *. set (O1 := off m (fun i j => U i j * U i j)) in *.
  set (O2 := off m (fun i j => U i j * U j i)) in *.
  apply Rmult_le_compat_l with (r := even / 4) in Hs; [|lra].
  apply Rmult_le_compat_l with (r := odd / 4) in Ha; [|lra].
  match type of Hs with ?l <= _ => replace l with (even / (2 * (INR m - 2)) * pp
    - even / (4 * (INR m - 1) * (INR m - 2)) * (sp * sp)) in Hs by (field; lra) end.
  match type of Ha with ?l <= _ => replace l with (odd / (2 * INR m) * oo) in Ha by (field; lra) end.
  unfold even, odd in *. lra.
Qed.

(** A quadratic form in five numbers, by its values: the matrix of its polar form. *)
Definition five (x0 x1 x2 x3 x4 : R) : vector := fun i =>
  match i with O => x0 | 1%nat => x1 | 2%nat => x2 | 3%nat => x3 | 4%nat => x4 | _ => 0 end.
Definition spike (p i : nat) : R := if (p =? i)%nat then 1 else 0.
Definition at_spikes (f : R -> R -> R -> R -> R -> R) (p q : nat) : R :=
  f (spike p 0 + spike q 0) (spike p 1 + spike q 1) (spike p 2 + spike q 2)
    (spike p 3 + spike q 3) (spike p 4 + spike q 4).
Definition polar (f : R -> R -> R -> R -> R -> R) : matrix := fun p q =>
  (at_spikes f p q - at_spikes f p p / 4 - at_spikes f q q / 4) / 2.

Ltac expand := unfold bil, polar, at_spikes, spike, five; cbn [sum Nat.eqb].

Lemma row_polar x r l z t : row_excess x r l z t =
  bil 5 (polar row_excess) (five x r l z t) (five x r l z t).
Proof.
  expand. unfold row_excess, row_form. cbv zeta. unfold Rdiv.
  generalize (/ sa) (/ sb) (/ sc) (/ sd) (/ s1) (/ s2) (/ n1) (/ (n1 * n1)) (/ (2 * (INR m - 2)))
    (/ (2 * INR m)). intros. field.
Qed.

(** The part of the sums that is not that of the rows. *)
Definition sums_alone (x r z t s : R) : R := total_form x r z t s - mu * (s * s)
  - even / (4 * (INR m - 1) * (INR m - 2)) * ((2 * r - 2 * x) * (2 * r - 2 * x)).
Definition rows_alone (x r z t s : R) : R := row_excess x r r z t / INR m.

Lemma sums_polar x r z t s : sums_alone x r z t s =
  bil 5 (polar sums_alone) (five x r z t s) (five x r z t s).
Proof.
  expand. unfold sums_alone, total_form. cbv zeta. unfold Rdiv.
  generalize (/ sd) (/ se) (/ s1) (/ s2) (/ n1) (/ n2) (/ (n1 * n1))
    (/ (4 * (INR m - 1) * (INR m - 2))). intros. field.
Qed.

Lemma rows_polar x r z t s : rows_alone x r z t s =
  bil 5 (polar rows_alone) (five x r z t s) (five x r z t s).
Proof.
  expand. unfold rows_alone. rewrite !row_polar. set (H := polar row_excess).
  unfold bil, five; cbn [sum]. unfold Rdiv. generalize (/ INR m). intros. field.
Qed.

Lemma total_polar x r z t s : total_excess x r z t s =
  bil 5 (polar total_excess) (five x r z t s) (five x r z t s).
Proof.
  assert (E : forall x r z t s, total_excess x r z t s = rows_alone x r z t s + sums_alone x r z t s)
    by (intros; unfold total_excess, rows_alone, sums_alone; lra).
  rewrite E, rows_polar, sums_polar, <- bil_plus. apply bil_ext. intros p q _ _.
  unfold polar, at_spikes. cbv beta. rewrite !E. field.
Qed.

(** A positive form of several vectors is at least that of their sum, divided by how many they are. *)
Lemma bil_of_sum (H : matrix) (v : nat -> vector) w : sum m (fun i => bil 5 H (v i) w) =
  bil 5 H (fun p => sum m (fun i => v i p)) w.
Proof.
  unfold bil. rewrite sum_swap. apply sum_ext. intros p _. rewrite sum_swap. apply sum_ext. intros q _.
  rewrite (sum_ext m _ (fun i => H p q * w q * v i p)) by (intros; ring). rewrite sum_scal. ring.
Qed.

Lemma sum_of_bil (H : matrix) (v : nat -> vector) w : sum m (fun i => bil 5 H w (v i)) =
  bil 5 H w (fun p => sum m (fun i => v i p)).
Proof.
  unfold bil. rewrite sum_swap. apply sum_ext. intros p _. rewrite sum_swap. apply sum_ext. intros q _.
  apply sum_scal.
Qed.

Lemma jensen (H : matrix) (v : nat -> vector) : (forall w, 0 <= bil 5 H w w) ->
  let w := fun p => sum m (fun i => v i p) in
  bil 5 H w w / INR m <= sum m (fun i => bil 5 H (v i) (v i)).
Proof.
  intros P w. set (x := fun p => w p / INR m).
  assert (Q : 0 <= sum m (fun i => bil 5 H (fun p => v i p - x p) (fun p => v i p - x p)))
    by (apply sum_nonneg; intros; apply P).
  rewrite (sum_ext m _ (fun i => bil 5 H (v i) (v i) - bil 5 H (v i) x - bil 5 H x (v i)
    + bil 5 H x x)) in Q.
  - rewrite sum_plus, !sum_minus, sum_const, bil_of_sum, sum_of_bil in Q.
    change (fun p => sum m (fun i => v i p)) with w in Q.
    replace (bil 5 H w x) with (bil 5 H w w / INR m) in Q.
    2:{ unfold bil, x, Rdiv. rewrite <- sum_scal_r. apply sum_ext. intros p _.
        rewrite <- sum_scal_r. apply sum_ext. intros. ring. }
    replace (bil 5 H x w) with (bil 5 H w w / INR m) in Q.
    2:{ unfold bil, x, Rdiv. rewrite <- sum_scal_r. apply sum_ext. intros p _.
        rewrite <- sum_scal_r. apply sum_ext. intros. ring. }
    replace (bil 5 H x x) with (bil 5 H w w / INR m / INR m) in Q.
    2:{ unfold bil, x, Rdiv. rewrite <- !sum_scal_r. apply sum_ext. intros p _.
        rewrite <- !sum_scal_r. apply sum_ext. intros. ring. }
    replace (INR m * (bil 5 H w w / INR m / INR m)) with (bil 5 H w w / INR m) in Q by (field; lra).
    lra.
  - intros i _. unfold bil. rewrite <- !sum_minus, <- sum_plus. apply sum_ext. intros p _.
    rewrite <- !sum_minus, <- sum_plus. apply sum_ext. intros. ring.
Qed.

Theorem variation_positive : (forall w, 0 <= bil 5 (polar row_excess) w w) ->
  (forall w, 0 <= bil 5 (polar total_excess) w w) -> mu * sq k k U <= D2 k k k units W U.
Proof.
  intros Hr Ht. rewrite variation_forms, sq_parts.
  set (v := fun i => five (U i i) (rows i) (columns i) (U i m) (U m i)).
  pose proof (jensen (polar row_excess) v Hr) as J. cbv zeta in J.
  assert (V : bil 5 (polar row_excess) (fun p => sum m (fun i => v i p)) (fun p => sum m (fun i => v i p)) =
    row_excess (sum m (fun i => U i i)) (sum m rows) (sum m rows) (sum m (fun i => U i m)) (rows m)).
  { rewrite row_polar. apply sum_ext. intros p Lp. apply sum_ext. intros q Lq.
    assert (E : forall x, (x < 5)%nat -> sum m (fun i => v i x) =
      five (sum m (fun i => U i i)) (sum m rows) (sum m rows) (sum m (fun i => U i m)) (rows m) x).
    { intros x Lx. unfold v. destruct x as [|[|[|[|[|x]]]]]; try easy; [apply sum_of_columns|lia]. }
    now rewrite (E p Lp), (E q Lq). }
  rewrite V in J.
  rewrite (sum_ext m (fun i => bil 5 (polar row_excess) (v i) (v i)) (fun i => form_of i
    - mu * (U i i * U i i + U i m * U i m + U m i * U m i)
    + (even / (2 * (INR m - 2)) * ((rows i + columns i - 2 * U i i) * (rows i + columns i - 2 * U i i))
    + odd / (2 * INR m) * ((rows i - columns i) * (rows i - columns i))))) in J.
  2:{ intros i _. unfold v. rewrite <- row_polar. unfold row_excess, form_of. ring. }
  rewrite !sum_plus, sum_minus, !sum_scal in J.
  pose proof beside_sums as B.
  specialize (Ht (five (sum m (fun i => U i i)) (sum m rows) (sum m (fun i => U i m)) (rows m) (U m m))).
  rewrite <- total_polar in Ht. unfold total_excess in Ht. rewrite !sum_plus. rewrite ?sum_plus in J.
  change (sum m (fun i => form_of i)) with (sum m form_of) in J. lra.
Qed.

End Variation.
