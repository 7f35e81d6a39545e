(** A computed check for minima of any number of rows with one symmetry: intervals for some numbers of
    five entries, two matrices of order 5, and what it proves. *)
From Coq Require Import Reals ZArith List Lia Lra Bool Arith Psatz.
From Interval Require Import Real.Xreal Interval.Interval.
From Certify Require Import Statement Sums Minimum Pair Loss Forms Psd Padding Copy Enclosure Certificate
  Blocks Variation Growth Reduced.
Open Scope R_scope.
Import ListNotations.

(** m + 1 students and teachers; point: a, b, c, d, e over the denominator. *)
Record block_certificate := BlockCertificate {
  b_rising : Z * Z; b_falling : Z * Z; b_rest : Z;
  b_point : list Z; b_denominator : Z;
  b_delta : Z * Z; b_low : Z * Z; b_high : Z * Z;              (* the claims *)
  b_reach : Z * Z; b_radius : Z * Z; b_mu : Z * Z;             (* a distance to the minimum; the box; an eigenvalue *)
  b_factor_denominator : Z;
  b_rows : list (list Z); b_rows_shift : Z * Z; b_rows_error : Z * Z;
  b_sums : list (list Z); b_sums_shift : Z * Z; b_sums_error : Z * Z }.

Definition b_m (c : block_certificate) : nat := Z.to_nat (b_rest c).
Definition b_entry (c : block_certificate) (a : nat) : R := ratio (nth a (b_point c) 0%Z) (b_denominator c).
Definition b_centre (c : block_certificate) : matrix := fun _ a => b_entry c a * root (b_m c) a.
Definition b_share (c : block_certificate) : R :=
  (fraction (b_rising c) + fraction (b_falling c)) * (fraction (b_rising c) + fraction (b_falling c)).
Definition b_tilt (c : block_certificate) : Tilt :=
  2 * PI * (- (fraction (b_rising c) * fraction (b_falling c)) / b_share c).

Definition b_sane (c : block_certificate) : bool :=
  (0 <? snd (b_rising c))%Z && (0 <? snd (b_falling c))%Z
  && negb (fst (b_rising c) * snd (b_falling c) + fst (b_falling c) * snd (b_rising c) =? 0)%Z
  && (3 <=? b_rest c)%Z && (0 <? b_denominator c)%Z && (0 <? b_factor_denominator c)%Z
  && positive (b_delta c) && positive (b_low c) && positive (b_high c) && positive (b_reach c)
  && positive (b_radius c) && positive (b_mu c) && positive (b_rows_shift c) && positive (b_rows_error c)
  && positive (b_sums_shift c) && positive (b_sums_error c)
  && (length (b_rows c) <=? 5)%nat && (length (b_sums c) <=? 5)%nat.

Module BlockCheck (I : IntervalOps).
Module E := Enclosure I.
Export E.

Section Numbers.

Variable prec : I.precision.
Local Notation "x [+] y" := (I.add prec x y) (at level 50, left associativity).
Local Notation "x [-] y" := (I.sub prec x y) (at level 50, left associativity).
Local Notation "x [*] y" := (I.mul prec x y) (at level 40, left associativity).
Local Notation "x [/] y" := (I.div prec x y) (at level 40, left associativity).
Local Notation "[/] y" := (I.inv prec y) (at level 35).
Local Notation "# z" := (int prec z) (at level 1).

Definition i_S (N M p : I.type) : I.type := I.sqrt prec (N [*] M [-] p [*] p).

Record numbers := Numbers {
  vm : I.type; va : I.type; vb : I.type; vc : I.type; vd : I.type; ve : I.type;
  v_n1 : I.type; v_n2 : I.type; v_p1 : I.type; v_p2 : I.type; v_s1 : I.type; v_s2 : I.type;
  v_sa : I.type; v_sb : I.type; v_sc : I.type; v_sd : I.type; v_se : I.type;
  v_full : I.type; v_half : I.type;               (* pi + tilt, pi/2 + tilt *)
  v_a1 : I.type; v_a2 : I.type; v_u1 : I.type; v_u2 : I.type }.

Definition compute (turn m a b c d e : I.type) : numbers :=
  let n1 := a [*] a [+] (m [-] #1) [*] (b [*] b) [+] c [*] c in
  let n2 := m [*] (d [*] d) [+] e [*] e in
  let p1 := #2 [*] (a [*] b) [+] (m [-] #2) [*] (b [*] b) [+] c [*] c in
  let p2 := a [*] d [+] (m [-] #1) [*] (b [*] d) [+] c [*] e in
  let s1 := i_S n1 n1 p1 in
  let s2 := i_S n1 n2 p2 in
  let sa := i_S n1 #1 a in
  let sb := i_S n1 #1 b in
  let sc := i_S n1 #1 c in
  let sd := i_S n2 #1 d in
  let se := i_S n2 #1 e in
  let full := I.pi prec [+] turn in
  let half := I.pi prec [/] #2 [+] turn in
  let a1 := half [+] I.atan prec (p1 [/] s1) in
  let a2 := half [+] I.atan prec (p2 [/] s2) in
  let u1 := full [+] ((m [-] #1) [*] s1 [+] s2 [-] (sa [+] (m [-] #1) [*] sb [+] sc)) [/] n1 in
  let u2 := full [+] (m [*] s2 [-] (m [*] sd [+] se)) [/] n2 in
  Numbers m a b c d e n1 n2 p1 p2 s1 s2 sa sb sc sd se full half a1 a2 u1 u2.

Definition apart_ok (v : numbers) : bool :=
  pos (v_n1 v) && pos (v_n2 v) && pos (v_s1 v) && pos (v_s2 v) && pos (v_sa v) && pos (v_sb v)
  && pos (v_sc v) && pos (v_sd v) && pos (v_se v).

Context {tau : Tilt}.
Variables (m : nat) (a b c d e : R).

Record encloses_all (v : numbers) : Prop := EnclosesAll {
  h_m : cont (vm v) (INR m); h_a : cont (va v) a; h_b : cont (vb v) b; h_c : cont (vc v) c;
  h_d : cont (vd v) d; h_e : cont (ve v) e;
  h_n1 : cont (v_n1 v) (N1 m a b c); h_n2 : cont (v_n2 v) (N2 m d e);
  h_p1 : cont (v_p1 v) (P1 m a b c); h_p2 : cont (v_p2 v) (P2 m a b c d e);
  h_s1 : cont (v_s1 v) (S1 m a b c); h_s2 : cont (v_s2 v) (S2 m a b c d e);
  h_sa : cont (v_sa v) (Sf (N1 m a b c) 1 a); h_sb : cont (v_sb v) (Sf (N1 m a b c) 1 b);
  h_sc : cont (v_sc v) (Sf (N1 m a b c) 1 c); h_sd : cont (v_sd v) (Sf (N2 m d e) 1 d);
  h_se : cont (v_se v) (Sf (N2 m d e) 1 e);
  h_full : cont (v_full v) (PI + tilt); h_half : cont (v_half v) (PI / 2 + tilt);
  h_a1 : cont (v_a1 v) (A1 m a b c); h_a2 : cont (v_a2 v) (A2 m a b c d e);
  h_u1 : cont (v_u1 v) (own1 m a b c d e); h_u2 : cont (v_u2 v) (own2 m a b c d e);
  h_apart : block_apart m a b c d e }.

Ltac enclose := repeat first
  [ assumption | apply (c_int prec 1) | apply (c_int prec 2) | apply (c_int prec 4) | apply (c_int prec 0)
  | apply c_sub | apply c_add | apply c_mul | apply c_pi ].

Lemma c_S x y z N M p : cont x N -> cont y M -> cont z p -> cont (i_S x y z) (Sf N M p).
Proof. intros. apply c_sqrt. apply c_sub; now apply c_mul. Qed.

Lemma compute_sound turn im ia ib ic id ie : cont turn tilt -> cont im (INR m) -> cont ia a -> cont ib b ->
  cont ic c -> cont id d -> cont ie e -> apart_ok (compute turn im ia ib ic id ie) = true ->
  encloses_all (compute turn im ia ib ic id ie).
Proof.
  intros Ht Hm Ha Hb Hc Hd He Ok. set (v := compute turn im ia ib ic id ie) in *.
  assert (Hn1 : cont (v_n1 v) (N1 m a b c)) by (unfold N1; cbn [v v_n1 compute]; enclose).
  assert (Hn2 : cont (v_n2 v) (N2 m d e)) by (unfold N2; cbn [v v_n2 compute]; enclose).
  assert (Hp1 : cont (v_p1 v) (P1 m a b c)) by (unfold P1; cbn [v v_p1 compute]; enclose).
  assert (Hp2 : cont (v_p2 v) (P2 m a b c d e)) by (unfold P2; cbn [v v_p2 compute]; enclose).
  assert (Hs1 : cont (v_s1 v) (S1 m a b c)) by now apply c_S.
  assert (Hs2 : cont (v_s2 v) (S2 m a b c d e)) by now apply c_S.
  assert (H1 : cont (int prec 1) 1) by apply (c_int prec 1).
  assert (Hsa : cont (v_sa v) (Sf (N1 m a b c) 1 a)) by now apply c_S.
  assert (Hsb : cont (v_sb v) (Sf (N1 m a b c) 1 b)) by now apply c_S.
  assert (Hsc : cont (v_sc v) (Sf (N1 m a b c) 1 c)) by now apply c_S.
  assert (Hsd : cont (v_sd v) (Sf (N2 m d e) 1 d)) by now apply c_S.
  assert (Hse : cont (v_se v) (Sf (N2 m d e) 1 e)) by now apply c_S.
  unfold apart_ok in Ok. rewrite !andb_true_iff in Ok.
  destruct Ok as ((((((((O1 & O2) & O3) & O4) & O5) & O6) & O7) & O8) & O9).
  assert (Ap : block_apart m a b c d e).
  { unfold block_apart. repeat split; [apply (pos_sound _ _ O1)|apply (pos_sound _ _ O2)|apply (pos_sound _ _ O3)
    |apply (pos_sound _ _ O4)|apply (pos_sound _ _ O5)|apply (pos_sound _ _ O6)|apply (pos_sound _ _ O7)
    |apply (pos_sound _ _ O8)|apply (pos_sound _ _ O9)]; assumption. }
  pose proof Ap as (Q1 & Q2 & Q3 & Q4 & _).
  assert (Hfull : cont (v_full v) (PI + tilt)) by (cbn [v v_full compute]; enclose).
  assert (Hhalf : cont (v_half v) (PI / 2 + tilt)).
  { cbn [v v_half compute]. apply c_add; [|easy]. apply c_div; [lra|apply c_pi|apply (c_int prec 2)]. }
  assert (Ha1 : cont (v_a1 v) (A1 m a b c)).
  { apply (c_add prec _ _ (PI / 2 + tilt)); [easy|]. apply c_atan. apply c_div; [|easy|easy].
    apply Rgt_not_eq. exact Q3. }
  assert (Ha2 : cont (v_a2 v) (A2 m a b c d e)).
  { apply (c_add prec _ _ (PI / 2 + tilt)); [easy|]. apply c_atan. apply c_div; [|easy|easy].
    apply Rgt_not_eq. exact Q4. }
  split; try assumption.
  - apply (c_add prec _ _ (PI + tilt)); [easy|]. apply c_div; [lra| |easy]. unfold excess1. enclose.
  - apply (c_add prec _ _ (PI + tilt)); [easy|]. apply c_div; [lra| |easy]. unfold excess2. enclose.
Qed.

Section Forms.

Variables (v : numbers) (imu : I.type) (mu : R).
Hypothesis (V : encloses_all v) (Hmu : cont imu mu) (large : 3 <= INR m).

Definition i_g : I.type := va v [-] vb v.
Definition i_row_form (x r l z t : I.type) : I.type :=
  let beta := vb v [*] r [+] i_g [*] x [+] vc v [*] z in
  let eta := vb v [*] r [+] vc v [*] z [-] v_p1 v [/] v_n1 v [*] beta in
  let sigma := i_g [*] t [+] vd v [*] r [+] ve v [*] z [-] v_p2 v [/] v_n1 v [*] beta in
  let kappa := vb v [/] v_n1 v [*] beta in
  (v_u1 v [-] v_a1 v [-] [/] v_sb v) [*] (x [*] x) [+] (v_u1 v [-] v_a1 v) [*] (z [*] z)
  [+] (v_u2 v [-] [/] v_sd v) [*] (t [*] t)
  [+] v_a1 v [*] (l [*] l) [+] #2 [*] v_a2 v [*] (t [*] l)
  [+] [/] v_s1 v [*] (#2 [*] i_g [*] (eta [*] (r [+] l [-] #2 [*] x)) [+] (vm v [-] #2) [*] (eta [*] eta))
  [+] [/] v_s2 v [*] (sigma [*] sigma)
  [+] (v_sa v [+] (vm v [-] #1) [*] v_sb v [+] v_sc v [-] vm v [*] v_s1 v [-] v_s2 v)
      [/] (v_n1 v [*] v_n1 v) [*] (beta [*] beta)
  [-] [/] v_sa v [*] ((x [-] va v [/] v_n1 v [*] beta) [*] (x [-] va v [/] v_n1 v [*] beta))
  [+] [/] v_sb v [*] (#2 [*] (kappa [*] r) [-] vm v [*] (kappa [*] kappa) [+] (x [-] kappa) [*] (x [-] kappa))
  [-] [/] v_sc v [*] ((z [-] vc v [/] v_n1 v [*] beta) [*] (z [-] vc v [/] v_n1 v [*] beta)).

Definition i_total_form (x r z t s : I.type) : I.type :=
  let beta := vb v [*] r [+] i_g [*] x [+] vc v [*] z in
  let eta := vb v [*] r [+] vc v [*] z [-] v_p1 v [/] v_n1 v [*] beta in
  let last := vd v [*] t [+] ve v [*] s in
  let omega := vb v [*] t [+] vc v [*] s [-] v_p2 v [/] v_n2 v [*] last in
  let sigma := i_g [*] t [+] vd v [*] r [+] ve v [*] z [-] v_p2 v [/] v_n1 v [*] beta in
  let lambda := vd v [/] v_n2 v [*] last in
  v_u2 v [*] (s [*] s) [+] v_a1 v [*] (z [*] z) [+] [/] v_s1 v [*] (eta [*] eta)
  [+] v_s1 v [/] (v_n1 v [*] v_n1 v) [*] (beta [*] beta)
  [+] #2 [*] v_a2 v [*] (s [*] z) [+] [/] v_s2 v [*] (#2 [*] (omega [*] sigma) [+] vm v [*] (omega [*] omega))
  [-] v_s2 v [*] (vm v [*] (last [/] v_n2 v [*] (last [/] v_n2 v)) [-] #2 [*] (last [/] v_n2 v [*] (beta [/] v_n1 v)))
  [+] (vm v [*] v_sd v [+] v_se v) [*] (last [/] v_n2 v [*] (last [/] v_n2 v))
  [+] [/] v_sd v [*] (#2 [*] (lambda [*] t) [-] vm v [*] (lambda [*] lambda))
  [-] [/] v_se v [*] ((s [-] ve v [/] v_n2 v [*] last) [*] (s [-] ve v [/] v_n2 v [*] last)).

Definition i_even : I.type :=
  v_u1 v [-] v_a1 v [-] [/] v_sb v [+] i_g [*] i_g [/] v_s1 v [+] i_g [*] i_g [/] v_s1 v [-] imu.
Definition i_odd : I.type := v_u1 v [-] v_a1 v [-] [/] v_sb v [-] imu.

Definition i_row_excess (x r l z t : I.type) : I.type :=
  i_row_form x r l z t [-] imu [*] (x [*] x [+] z [*] z [+] t [*] t)
  [+] i_even [/] (#2 [*] (vm v [-] #2)) [*] ((r [+] l [-] #2 [*] x) [*] (r [+] l [-] #2 [*] x))
  [+] i_odd [/] (#2 [*] vm v) [*] ((r [-] l) [*] (r [-] l)).

Definition i_total_excess (x r z t s : I.type) : I.type :=
  i_row_excess x r r z t [/] vm v [+] i_total_form x r z t s [-] imu [*] (s [*] s)
  [-] i_even [/] (#4 [*] (vm v [-] #1) [*] (vm v [-] #2)) [*] ((#2 [*] r [-] #2 [*] x) [*] (#2 [*] r [-] #2 [*] x)).

Let Hm := h_m v V. Let Ha := h_a v V. Let Hb := h_b v V. Let Hc := h_c v V. Let Hd := h_d v V.
Let He := h_e v V. Let Hn1 := h_n1 v V. Let Hn2 := h_n2 v V. Let Hp1 := h_p1 v V. Let Hp2 := h_p2 v V.
Let Hs1 := h_s1 v V. Let Hs2 := h_s2 v V. Let Hsa := h_sa v V. Let Hsb := h_sb v V. Let Hsc := h_sc v V.
Let Hsd := h_sd v V. Let Hse := h_se v V. Let Ha1 := h_a1 v V. Let Ha2 := h_a2 v V. Let Hu1 := h_u1 v V.
Let Hu2 := h_u2 v V. Let Hap := h_apart v V.

Lemma positives : N1 m a b c <> 0 /\ N2 m d e <> 0 /\ N1 m a b c * N1 m a b c <> 0 /\ S1 m a b c <> 0
  /\ S2 m a b c d e <> 0 /\ Sf (N1 m a b c) 1 a <> 0 /\ Sf (N1 m a b c) 1 b <> 0
  /\ Sf (N1 m a b c) 1 c <> 0 /\ Sf (N2 m d e) 1 d <> 0 /\ Sf (N2 m d e) 1 e <> 0.
Proof. destruct Hap as (P1 & P2 & P3 & P4 & P5 & P6 & P7 & P8 & P9). repeat split; try lra; nra. Qed.

Ltac divide := repeat first
  [ assumption | apply (c_int prec 1) | apply (c_int prec 2) | apply (c_int prec 4)
  | apply c_sub | apply c_add | apply c_mul | apply c_div | apply c_inv ].

Lemma c_g : cont i_g (a - b).
Proof. now apply c_sub. Qed.

Lemma c_row_form x r l z t x' r' l' z' t' : cont x x' -> cont r r' -> cont l l' -> cont z z' -> cont t t' ->
  cont (i_row_form x r l z t) (row_form m a b c d e x' r' l' z' t').
Proof.
  intros. destruct positives as (Q1 & Q2 & Q3 & Q4 & Q5 & Q6 & Q7 & Q8 & Q9 & Q10). pose proof c_g.
  unfold i_row_form, row_form. cbv zeta. divide.
Qed.

Lemma c_total_form x r z t s x' r' z' t' s' : cont x x' -> cont r r' -> cont z z' -> cont t t' -> cont s s' ->
  cont (i_total_form x r z t s) (total_form m a b c d e x' r' z' t' s').
Proof.
  intros. destruct positives as (Q1 & Q2 & Q3 & Q4 & Q5 & Q6 & Q7 & Q8 & Q9 & Q10). pose proof c_g.
  unfold i_total_form, total_form. cbv zeta. divide.
Qed.

Lemma c_even : cont i_even (even m a b c d e mu).
Proof.
  destruct positives as (Q1 & Q2 & Q3 & Q4 & Q5 & Q6 & Q7 & Q8 & Q9 & Q10). pose proof c_g.
  unfold i_even, even. divide.
Qed.

Lemma c_odd : cont i_odd (odd m a b c d e mu).
Proof.
  destruct positives as (Q1 & Q2 & Q3 & Q4 & Q5 & Q6 & Q7 & Q8 & Q9 & Q10). unfold i_odd, odd. divide.
Qed.

Lemma c_row_excess x r l z t x' r' l' z' t' : cont x x' -> cont r r' -> cont l l' -> cont z z' -> cont t t' ->
  cont (i_row_excess x r l z t) (row_excess m a b c d e mu x' r' l' z' t').
Proof.
  intros H1 H2 H3 H4 H5. pose proof (c_row_form _ _ _ _ _ _ _ _ _ _ H1 H2 H3 H4 H5). pose proof c_even. pose proof c_odd.
  assert (2 * (INR m - 2) <> 0) by lra. assert (2 * INR m <> 0) by lra.
  unfold i_row_excess, row_excess. divide.
Qed.

Lemma c_total_excess x r z t s x' r' z' t' s' : cont x x' -> cont r r' -> cont z z' -> cont t t' -> cont s s' ->
  cont (i_total_excess x r z t s) (total_excess m a b c d e mu x' r' z' t' s').
Proof.
  intros H1 H2 H3 H4 H5. pose proof (c_total_form _ _ _ _ _ _ _ _ _ _ H1 H2 H3 H4 H5).
  pose proof (c_row_excess _ _ _ _ _ _ _ _ _ _ H1 H2 H2 H3 H4). pose proof c_even.
  assert (INR m <> 0) by lra. assert (4 * (INR m - 1) * (INR m - 2) <> 0) by nra.
  unfold i_total_excess, total_excess. divide.
Qed.

(** The matrices of the two forms. *)
Definition i_spikes (p q i : nat) : I.type :=
  if (p =? i)%nat then (if (q =? i)%nat then #2 else #1) else if (q =? i)%nat then #1 else #0.
Definition i_at (f : I.type -> I.type -> I.type -> I.type -> I.type -> I.type) (p q : nat) : I.type :=
  f (i_spikes p q 0) (i_spikes p q 1) (i_spikes p q 2) (i_spikes p q 3) (i_spikes p q 4).
Definition i_table (f : I.type -> I.type -> I.type -> I.type -> I.type -> I.type) : list (list I.type) :=
  tab 5 (fun p => tab (S p) (fun q => i_at f p q)).
Definition i_polar (t : list (list I.type)) (p q : nat) : I.type :=
  ((if (q <=? p)%nat then get2 t p q else get2 t q p) [-] get2 t p p [/] #4 [-] get2 t q q [/] #4) [/] #2.

Lemma c_spikes p q i : cont (i_spikes p q i) (spike p i + spike q i).
Proof.
  unfold i_spikes, spike. destruct (p =? i)%nat; destruct (q =? i)%nat.
  - replace (1 + 1) with 2 by ring. apply (c_int prec 2).
  - rewrite Rplus_0_r. apply (c_int prec 1).
  - rewrite Rplus_0_l. apply (c_int prec 1).
  - rewrite Rplus_0_r. apply (c_int prec 0).
Qed.

End Forms.

Lemma at_comm f p q : at_spikes f p q = at_spikes f q p.
Proof.
  unfold at_spikes. now rewrite (Rplus_comm (spike q 0)), (Rplus_comm (spike q 1)), (Rplus_comm (spike q 2)),
    (Rplus_comm (spike q 3)), (Rplus_comm (spike q 4)).
Qed.

Lemma c_polar f f' p q : (forall x y z t w x' y' z' t' w', cont x x' -> cont y y' -> cont z z' -> cont t t' ->
  cont w w' -> cont (f x y z t w) (f' x' y' z' t' w')) -> (p < 5)%nat -> (q < 5)%nat ->
  cont (i_polar (i_table f) p q) (polar f' p q).
Proof.
  intros H Lp Lq.
  assert (At : forall p q, (p < 5)%nat -> (q <= p)%nat -> cont (get2 (i_table f) p q) (at_spikes f' p q)).
  { intros x y Lx Ly. unfold i_table. rewrite (get2_tab 5 S) by lia. apply H; apply c_spikes. }
  apply c_div; [lra| |apply (c_int prec 2)].
  apply c_sub; [apply c_sub|].
  - destruct (Nat.leb_spec q p); [now apply At|]. rewrite at_comm. apply At; lia.
  - apply c_div; [lra|apply At; lia|apply (c_int prec 4)].
  - apply c_div; [lra|apply At; lia|apply (c_int prec 4)].
Qed.

Lemma polar_comm f p q : polar f p q = polar f q p.
Proof. unfold polar. rewrite (at_comm f q p). field. Qed.

Definition form_positive (entry : nat -> nat -> I.type) (L : list (list Z)) (unit shift error : I.type) : bool :=
  form_ok prec 1 5 (fun _ _ => entry) [L] unit shift error && nonneg (shift [-] #5 [*] error).

Lemma form_positive_sound entry L unit shift error q rs re f : form_positive entry L unit shift error = true ->
  cont unit (/ (q * q)) -> cont shift rs -> cont error re -> q <> 0 ->
  (forall p q, (p < 5)%nat -> (q < 5)%nat -> cont (entry p q) (polar f p q)) -> forall w, 0 <= bil 5 (polar f) w w.
Proof.
  intros Ok Cu Cs Ce Q H w. apply andb_true_iff in Ok. destruct Ok as [O1 O2].
  pose proof (form_ok_sound prec 1 5 (fun _ _ => entry) [L] unit shift error q rs re (fun _ _ => polar f) (fun _ => w)
    O1 Cu Cs Ce Q (fun _ _ p q _ _ Lp Lq => H p q Lp Lq) (fun _ _ p q => polar_comm f p q)) as F.
  unfold form in F. cbn [sum] in F. rewrite !Rplus_0_l in F.
  pose proof (nonneg_sound _ _ O2 (c_sub _ _ _ _ _ Cs (c_mul _ _ _ _ _ (c_int prec 5) Ce))) as P.
  pose proof (sq_nonneg 1 5 (fun _ => w)) as S. simpl INR in F.
  assert (0 <= (rs - re * (1 * (1 + 1 + 1 + 1 + 1))) * sq 1 5 (fun _ => w)) by (apply Rmult_le_pos; lra). lra.
Qed.

(** The inequalities on the box. *)
Definition steep_ok (v : numbers) (imu : I.type) (rows sums : list (list Z)) (unit s1 e1 s2 e2 : I.type) : bool :=
  let alpha := (v_u1 v [-] v_a1 v [-] imu) [/] vm v [+] v_a1 v in
  nonneg (i_even v imu) && nonneg (i_odd v imu)
  && form_positive (i_polar (i_table (i_row_excess v imu))) rows unit s1 e1
  && form_positive (i_polar (i_table (i_total_excess v imu))) sums unit s2 e2
  && nonneg (v_u1 v [-] v_a1 v [-] imu) && pos alpha && nonneg (v_u2 v [-] imu)
  && nonneg (alpha [*] (v_u2 v [-] imu) [-] v_a2 v [*] v_a2 v).

Lemma steep_sound v imu mu rows sums unit s1 e1 s2 e2 q r1 t1 r2 t2 : encloses_all v -> cont imu mu -> 3 <= INR m ->
  steep_ok v imu rows sums unit s1 e1 s2 e2 = true ->
  cont unit (/ (q * q)) -> q <> 0 -> cont s1 r1 -> cont e1 t1 -> cont s2 r2 -> cont e2 t2 -> steep m mu a b c d e.
Proof.
  intros V Cmu Lm Ok Cu Q C1 C2 C3 C4. unfold steep_ok in Ok. rewrite !andb_true_iff in Ok.
  destruct Ok as (((((((O1 & O2) & O3) & O4) & O5) & O6) & O7) & O8).
  assert (N0 : INR m <> 0) by lra.
  pose proof (h_u1 v V). pose proof (h_a1 v V). pose proof (h_m v V). pose proof (h_u2 v V). pose proof (h_a2 v V).
  assert (Alpha : cont ((v_u1 v [-] v_a1 v [-] imu) [/] vm v [+] v_a1 v)
    ((own1 m a b c d e - A1 m a b c - mu) / INR m + A1 m a b c)).
  { apply c_add; [|easy]. apply c_div; [easy| |easy]. apply c_sub; [now apply c_sub|easy]. }
  unfold steep. repeat split.
  - apply (nonneg_sound _ _ O1). now apply c_even.
  - apply (nonneg_sound _ _ O2). now apply c_odd.
  - apply (form_positive_sound _ _ _ _ _ _ _ _ _ O3 Cu C1 C2 Q).
    intros. apply (c_polar _ (row_excess m a b c d e mu)); [intros; now apply c_row_excess|easy|easy].
  - apply (form_positive_sound _ _ _ _ _ _ _ _ _ O4 Cu C3 C4 Q).
    intros. apply (c_polar _ (total_excess m a b c d e mu)); [intros; now apply c_total_excess|easy|easy].
  - pose proof (nonneg_sound _ _ O5 (c_sub _ _ _ _ _ (c_sub _ _ _ _ _ H H0) Cmu)). lra.
  - apply (pos_sound _ _ O6 Alpha).
  - pose proof (nonneg_sound _ _ O7 (c_sub _ _ _ _ _ H2 Cmu)). lra.
  - pose proof (nonneg_sound _ _ O8 (c_sub _ _ _ _ _ (c_mul _ _ _ _ _ Alpha (c_sub _ _ _ _ _ H2 Cmu)) (c_mul _ _ _ _ _ H3 H3))). lra.
Qed.

(** The five numbers of the gradient, and the loss. *)
Definition i_A (v : numbers) (s p : I.type) : I.type := v_half v [+] I.atan prec (p [/] s).
Definition i_h (v : numbers) (s p : I.type) : I.type := s [+] i_A v s p [*] p.

Lemma c_A v s p N M x : encloses_all v -> cont s (Sf N M x) -> cont p x -> Sf N M x <> 0 -> cont (i_A v s p) (Af N M x).
Proof. intros V H H' Z. apply c_add; [apply (h_half v V)|]. apply c_atan. now apply c_div. Qed.

Lemma c_h v s p N M x : encloses_all v -> cont s (Sf N M x) -> cont p x -> Sf N M x <> 0 -> cont (i_h v s p) (hf N M x).
Proof. intros V H H' Z. apply c_add; [easy|]. apply c_mul; [now apply c_A|easy]. Qed.

Definition i_slope (v : numbers) (i : nat) : I.type :=
  match i with
  | O => v_u1 v [*] va v [+] ((vm v [-] #1) [*] (v_a1 v [*] vb v) [+] v_a2 v [*] vd v [-] i_A v (v_sa v) (va v))
  | 1%nat => v_u1 v [*] vb v [+] (v_a1 v [*] va v [+] (vm v [-] #2) [*] (v_a1 v [*] vb v) [+] v_a2 v [*] vd v [-] i_A v (v_sb v) (vb v))
  | 2%nat => v_u1 v [*] vc v [+] ((vm v [-] #1) [*] (v_a1 v [*] vc v) [+] v_a2 v [*] ve v [-] i_A v (v_sc v) (vc v))
  | 3%nat => v_u2 v [*] vd v [+] (v_a2 v [*] va v [+] (vm v [-] #1) [*] (v_a2 v [*] vb v) [-] i_A v (v_sd v) (vd v))
  | _ => v_u2 v [*] ve v [+] (vm v [*] (v_a2 v [*] vc v) [-] i_A v (v_se v) (ve v))
  end.
Definition i_often (v : numbers) (i : nat) : I.type :=
  match i with O => vm v | 1%nat => vm v [*] (vm v [-] #1) | 2%nat => vm v | 3%nat => vm v | _ => #1 end.
Definition i_gap (v : numbers) : I.type := isum prec 5 (fun i => i_often v i [*] I.sqr prec (i_slope v i)).

Definition i_level (v : numbers) : I.type :=
  vm v [*] (v_full v [/] #2 [*] v_n1 v [-] (i_h v (v_sa v) (va v) [+] (vm v [-] #1) [*] i_h v (v_sb v) (vb v) [+] i_h v (v_sc v) (vc v)))
  [+] (v_full v [/] #2 [*] v_n2 v [-] (vm v [*] i_h v (v_sd v) (vd v) [+] i_h v (v_se v) (ve v)))
  [+] vm v [*] (vm v [-] #1) [/] #2 [*] i_h v (v_s1 v) (v_p1 v) [+] vm v [*] i_h v (v_s2 v) (v_p2 v).

Definition i_constant (v : numbers) : I.type :=
  ((vm v [+] #1) [*] v_full v [+] (vm v [+] #1) [*] (vm v [+] #1 [-] #1)) [/] #2.

Ltac divide' := repeat first
  [ assumption | apply (c_int prec 1) | apply (c_int prec 2) | apply (c_int prec 4) | lra
  | apply c_A | apply c_h | apply c_sub | apply c_add | apply c_mul | apply c_div | apply c_inv ].

Lemma c_slope v i X : encloses_all v -> X 0%nat 0%nat / root m 0 = a -> X 0%nat 1%nat / root m 1 = b -> X 0%nat 2%nat / root m 2 = c ->
  X 0%nat 3%nat / root m 3 = d -> X 0%nat 4%nat / root m 4 = e -> cont (i_slope v i) (slope m X 0%nat i).
Proof.
  intros V E1 E2 E3 E4 E5.
  destruct (h_apart v V) as (P1 & P2 & P3 & P4 & P5 & P6 & P7 & P8 & P9).
  pose proof (h_m v V). pose proof (h_a v V). pose proof (h_b v V). pose proof (h_c v V). pose proof (h_d v V).
  pose proof (h_e v V). pose proof (h_u1 v V). pose proof (h_u2 v V). pose proof (h_a1 v V). pose proof (h_a2 v V).
  pose proof (h_sa v V). pose proof (h_sb v V). pose proof (h_sc v V). pose proof (h_sd v V). pose proof (h_se v V).
  unfold slope. cbv zeta. rewrite E1, E2, E3, E4, E5.
  destruct i as [|[|[|[|i]]]]; unfold i_slope; divide'; try (apply Rgt_not_eq; assumption).
Qed.

Lemma c_level v X : encloses_all v -> X 0%nat 0%nat / root m 0 = a -> X 0%nat 1%nat / root m 1 = b -> X 0%nat 2%nat / root m 2 = c ->
  X 0%nat 3%nat / root m 3 = d -> X 0%nat 4%nat / root m 4 = e -> cont (i_level v) (level m X).
Proof.
  intros V E1 E2 E3 E4 E5. destruct (h_apart v V) as (P1 & P2 & P3 & P4 & P5 & P6 & P7 & P8 & P9).
  pose proof (h_m v V). pose proof (h_a v V). pose proof (h_b v V). pose proof (h_c v V). pose proof (h_d v V).
  pose proof (h_e v V). pose proof (h_n1 v V). pose proof (h_n2 v V). pose proof (h_p1 v V). pose proof (h_p2 v V).
  pose proof (h_s1 v V). pose proof (h_s2 v V). pose proof (h_full v V).
  pose proof (h_sa v V). pose proof (h_sb v V). pose proof (h_sc v V). pose proof (h_sd v V). pose proof (h_se v V).
  unfold level, spread. rewrite block_loss, E1, E2, E3, E4, E5. unfold i_level. unfold S1 in *. unfold S2 in *.
  divide'; try (apply Rgt_not_eq; assumption).
Qed.

Lemma c_constant v : encloses_all v -> cont (i_constant v) (constant_of (S m)).
Proof.
  intros V. unfold constant_of. rewrite S_INR. pose proof (h_m v V). pose proof (h_full v V).
  unfold i_constant. divide'.
Qed.

Lemma c_gap v X (large : (3 <= m)%nat) : encloses_all v -> X 0%nat 0%nat / root m 0 = a -> X 0%nat 1%nat / root m 1 = b -> X 0%nat 2%nat / root m 2 = c ->
  X 0%nat 3%nat / root m 3 = d -> X 0%nat 4%nat / root m 4 = e -> cont (i_gap v) (sq 1 5 (slope_often m X)).
Proof.
  intros V E1 E2 E3 E4 E5. pose proof (h_m v V).
  replace (sq 1 5 (slope_often m X)) with (sum 5 (fun i => often m i * (slope m X 0%nat i * slope m X 0%nat i))).
  - apply c_isum. intros i Li. apply c_mul; [|now apply c_sqr, c_slope].
    destruct i as [|[|[|[|[|i]]]]]; unfold i_often, often; divide'.
  - unfold sq, ip, dot, slope_often. cbn [sum]. rewrite <- !(root_square m large). ring.
Qed.

End Numbers.

Section Check.
Variables (prec : I.precision) (c : block_certificate).

Definition i_fraction (x : Z * Z) : I.type := quotient prec (fst x) (snd x).
Definition i_entry (a : nat) : I.type := quotient prec (nth a (b_point c) 0%Z) (b_denominator c).
Definition i_share : I.type := I.sqr prec (I.add prec (i_fraction (b_rising c)) (i_fraction (b_falling c))).
Definition i_tilt : I.type := I.mul prec (I.mul prec (int prec 2) (I.pi prec))
  (I.div prec (I.neg (I.mul prec (i_fraction (b_rising c)) (i_fraction (b_falling c)))) i_share).
Definition i_numbers (x : nat -> I.type) : numbers :=
  compute prec i_tilt (int prec (b_rest c)) (x 0%nat) (x 1%nat) (x 2%nat) (x 3%nat) (x 4%nat).

Definition box_ok : bool :=
  let r := symmetric (i_fraction (b_radius c)) in
  let v := i_numbers (fun a => I.add prec (i_entry a) r) in
  let unit := I.inv prec (int prec (b_factor_denominator c * b_factor_denominator c)) in
  apart_ok v && steep_ok prec v (i_fraction (b_mu c)) (b_rows c) (b_sums c) unit
    (i_fraction (b_rows_shift c)) (i_fraction (b_rows_error c)) (i_fraction (b_sums_shift c)) (i_fraction (b_sums_error c)).

Definition point_ok : bool :=
  let v := i_numbers i_entry in
  let mu := i_fraction (b_mu c) in
  let gap := i_gap prec v in
  let value := I.add prec (i_level prec v) (i_constant prec v) in
  let two_pi := I.mul prec (int prec 2) (I.pi prec) in
  apart_ok v && pos (I.sub prec (i_fraction (b_radius c)) (i_fraction (b_reach c)))
  && nonneg (I.sub prec (I.mul prec (I.mul prec mu mu) (I.mul prec (i_fraction (b_reach c)) (i_fraction (b_reach c)))) (I.mul prec (int prec 4) gap))
  && nonneg (I.sub prec (i_fraction (b_delta c)) (i_fraction (b_reach c)))
  && nonneg (I.sub prec (I.mul prec i_share (I.sub prec value (I.div prec gap (I.mul prec (int prec 2) mu)))) (I.mul prec two_pi (i_fraction (b_low c))))
  && nonneg (I.sub prec (I.mul prec two_pi (i_fraction (b_high c))) (I.mul prec i_share value)).

End Check.

(** The gradient and the loss with more bits than the box. *)
Definition block_ok (box_bits bits : I.precision) (c : block_certificate) : bool :=
  b_sane c && point_ok bits c && box_ok box_bits c.

Section Sound.
Variables (box_bits bits : I.precision) (c : block_certificate).

#[local] Hint Extern 0 Tilt => exact (b_tilt c) : typeclass_instances.

Theorem block_ok_sound : block_ok box_bits bits c = true -> spurious_minimum (fraction (b_rising c)) (fraction (b_falling c))
  (S (b_m c)) (S (b_m c)) (S (b_m c))
  (block (b_m c) (b_entry c 0) (b_entry c 1) (b_entry c 2) (b_entry c 3) (b_entry c 4))
  (fraction (b_delta c)) (fraction (b_low c)) (fraction (b_high c)).
Proof.
  intros Ok. unfold block_ok in Ok. rewrite !andb_true_iff in Ok. destruct Ok as ((Sane & Point) & Box).
  unfold b_sane in Sane. rewrite !andb_true_iff in Sane.
  destruct Sane as (((((((((((((((((Z1 & Z2) & Z3) & Z4) & Z5) & Z6) & Z7) & Z8) & Z9) & Z10) & Z11) & Z12) & Z13) & Z14) & Z15) & Z16) & _) & _).
  apply Z.ltb_lt in Z1. apply Z.ltb_lt in Z2. apply negb_true_iff, Z.eqb_neq in Z3. apply Z.leb_le in Z4.
  apply Z.ltb_lt in Z5. apply Z.ltb_lt in Z6.
  assert (Share : fraction (b_rising c) + fraction (b_falling c) <> 0).
  { pose proof (IZR_lt _ _ Z1). pose proof (IZR_lt _ _ Z2). unfold fraction, ratio. intros Z. apply Z3, eq_IZR. rewrite plus_IZR, !mult_IZR.
    apply Rmult_eq_reg_r with (/ (IZR (snd (b_rising c)) * IZR (snd (b_falling c)))); [|apply Rinv_neq_0_compat; nra].
    rewrite Rmult_0_l, <- Z. field. lra. }
  assert (Frac : forall prec x, (0 < snd x)%Z -> cont (i_fraction prec x) (fraction x)) by (intros; now apply c_quotient).
  assert (PF : forall x, positive x = true -> (forall prec, cont (i_fraction prec x) (fraction x)) /\ 0 < fraction x).
  { intros x H. unfold positive in H. apply andb_true_iff in H. destruct H as [H1 H2]. apply Z.ltb_lt in H1. apply Z.ltb_lt in H2.
    split; [intros; now apply Frac|]. apply Rdiv_lt_0_compat; now apply (IZR_lt 0). }
  assert (Cshare : forall prec, cont (i_share prec c) (b_share c)) by (intros; apply c_sqr; apply c_add; now apply Frac).
  assert (Pshare : 0 < b_share c) by (unfold b_share; nra).
  assert (Ctilt : forall prec, cont (i_tilt prec c) tilt).
  { intros prec. apply c_mul; [apply c_mul; [apply (c_int prec 2)|apply c_pi]|]. apply c_div; [lra| |easy].
    apply (I.neg_correct _ (Xreal _)). apply c_mul; now apply Frac. }
  assert (Large : (3 <= b_m c)%nat) by (unfold b_m; lia).
  assert (Cm : forall prec, cont (int prec (b_rest c)) (INR (b_m c))).
  { intros prec. unfold b_m. rewrite INR_IZR_INZ, Z2Nat.id by lia. apply c_int. }
  pose proof (large_R (b_m c) Large) as LargeR.
  assert (Centry : forall prec a, cont (i_entry prec c a) (b_entry c a)) by (intros; now apply c_quotient).
  destruct (PF _ Z7) as [C7 P7]. destruct (PF _ Z8) as [C8 P8]. destruct (PF _ Z9) as [C9 P9].
  destruct (PF _ Z10) as [C10 P10]. destruct (PF _ Z11) as [C11 P11]. destruct (PF _ Z12) as [C12 P12].
  destruct (PF _ Z13) as [C13 P13]. destruct (PF _ Z14) as [C14 P14]. destruct (PF _ Z15) as [C15 P15].
  destruct (PF _ Z16) as [C16 P16].
  unfold box_ok in Box. cbv zeta in Box. apply andb_true_iff in Box. destruct Box as [B1 B2].
  unfold point_ok in Point. cbv zeta in Point. rewrite !andb_true_iff in Point.
  destruct Point as (((((Q1 & Q2) & Q3) & Q4) & Q5) & Q6).
  assert (Near : forall X, box 1 5 (b_centre c) (fraction (b_radius c)) X ->
    encloses_all (b_m c) (X 0%nat 0%nat / root (b_m c) 0) (X 0%nat 1%nat / root (b_m c) 1)
      (X 0%nat 2%nat / root (b_m c) 2) (X 0%nat 3%nat / root (b_m c) 3) (X 0%nat 4%nat / root (b_m c) 4)
      (i_numbers box_bits c (fun a => I.add box_bits (i_entry box_bits c a) (symmetric (i_fraction box_bits (b_radius c)))))).
  { intros X H.
    assert (Each : forall a, (a < 5)%nat ->
      cont (I.add box_bits (i_entry box_bits c a) (symmetric (i_fraction box_bits (b_radius c)))) (X 0%nat a / root (b_m c) a)).
    { intros a La. specialize (H 0%nat a ltac:(lia) La). pose proof (root_large (b_m c) Large a) as Rl.
      replace (X 0%nat a / root (b_m c) a) with (b_entry c a + (X 0%nat a - b_centre c 0%nat a) / root (b_m c) a)
        by (unfold b_centre; field; lra).
      apply c_add; [apply Centry|]. apply c_symmetric with (fraction (b_radius c)); [easy|].
      unfold Rdiv. rewrite Rabs_mult, (Rabs_pos_eq (/ root (b_m c) a)) by (apply Rlt_le, Rinv_0_lt_compat; lra).
      assert (/ root (b_m c) a <= 1) by (rewrite <- Rinv_1; apply Rinv_le_contravar; lra).
      pose proof (Rabs_pos (X 0%nat a - b_centre c 0%nat a)). nra. }
    apply compute_sound; try easy; apply Each; lia. }
  assert (V : encloses_all (b_m c) (b_entry c 0) (b_entry c 1) (b_entry c 2) (b_entry c 3) (b_entry c 4) (i_numbers bits c (i_entry bits c)))
    by (now apply compute_sound).
  assert (Back : forall a, b_centre c 0%nat a / root (b_m c) a = b_entry c a).
  { intros a. pose proof (root_large (b_m c) Large a). unfold b_centre. field. lra. }
  assert (Gap : cont (i_gap bits (i_numbers bits c (i_entry bits c))) (sq 1 5 (slope_often (b_m c) (b_centre c)))).
  { now apply (c_gap bits (b_m c) (b_entry c 0) (b_entry c 1) (b_entry c 2) (b_entry c 3) (b_entry c 4)). }
  assert (Value : cont (I.add bits (i_level bits (i_numbers bits c (i_entry bits c))) (i_constant bits (i_numbers bits c (i_entry bits c))))
    (level (b_m c) (b_centre c) + constant_of (S (b_m c)))).
  { apply c_add; [now apply (c_level bits (b_m c) (b_entry c 0) (b_entry c 1) (b_entry c 2) (b_entry c 3) (b_entry c 4))|].
    now apply (c_constant bits (b_m c) (b_entry c 0) (b_entry c 1) (b_entry c 2) (b_entry c 3) (b_entry c 4)). }
  assert (TwoPi : cont (I.mul bits (int bits 2) (I.pi bits)) (2 * PI)) by (apply c_mul; [apply (c_int bits 2)|apply c_pi]).
  rewrite <- (Back 0%nat), <- (Back 1%nat), <- (Back 2%nat), <- (Back 3%nat), <- (Back 4%nat).
  fold (spread (b_m c) (b_centre c)).
  assert (Pf : 0 < IZR (b_factor_denominator c)) by now apply (IZR_lt 0).
  apply (block_minimum (b_m c) Large (b_centre c) (fraction (b_radius c)) (fraction (b_mu c)) P11 P12) with (rho := fraction (b_reach c)); try easy.
  - intros X H. exact (h_apart _ _ _ _ _ _ _ (Near X H)).
  - intros X H. apply (steep_sound box_bits (b_m c) _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ (IZR (b_factor_denominator c))
      (fraction (b_rows_shift c)) (fraction (b_rows_error c)) (fraction (b_sums_shift c)) (fraction (b_sums_error c)) (Near X H) (C12 box_bits) LargeR B2); try easy.
    + apply c_inv; [nra|]. rewrite <- mult_IZR. apply c_int.
    + lra.
  - pose proof (pos_sound _ _ Q2 (c_sub _ _ _ _ _ (C11 bits) (C10 bits))). lra.
  - pose proof (nonneg_sound _ _ Q3 (c_sub _ _ _ _ _ (c_mul _ _ _ _ _ (c_mul _ _ _ _ _ (C12 bits) (C12 bits)) (c_mul _ _ _ _ _ (C10 bits) (C10 bits))) (c_mul _ _ _ _ _ (c_int bits 4) Gap))). lra.
  - pose proof (nonneg_sound _ _ Q4 (c_sub _ _ _ _ _ (C7 bits) (C10 bits))). lra.
  - assert (N0 : 2 * fraction (b_mu c) <> 0) by lra.
    pose proof (nonneg_sound _ _ Q5 (c_sub _ _ _ _ _ (c_mul _ _ _ _ _ (Cshare bits) (c_sub _ _ _ _ _ Value (c_div _ _ _ _ _ N0 Gap (c_mul _ _ _ _ _ (c_int bits 2) (C12 bits))))) (c_mul _ _ _ _ _ TwoPi (C8 bits)))).
    unfold b_share in *. lra.
  - pose proof (nonneg_sound _ _ Q6 (c_sub _ _ _ _ _ (c_mul _ _ _ _ _ TwoPi (C9 bits)) (c_mul _ _ _ _ _ (Cshare bits) Value))).
    unfold b_share in *. lra.
Qed.

End Sound.
End BlockCheck.
