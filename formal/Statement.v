(** What is stated of the closed form of the loss. A referee needs to read this page, and for the
    expectation itself StatementOfRisk.v; everything else in this folder is proof.

    x ~ N(0, I_d), sigma(t) = p [t]_+ + q [-t]_+; p = 1, q = 0 is ReLU.
    E [u.x]_+ [v.x]_+ = arc d u v and E sigma(u.x) sigma(v.x) = kernel p q d u v (proofs/lemmas, lemmas 1
    and 24; Expectation.v proves both from five properties of E), so that
    loss p q n k d V W = 1/2 E (sum_i sigma(w_i.x) - sum_j sigma(v_j.x))^2 for students w_1..w_n and teachers v_1..v_k. *)
From Coq Require Import Reals List ZArith Arith.
Open Scope R_scope.

Definition vector := nat -> R.
Definition matrix := nat -> nat -> R. (* row, column; only the first n rows and d columns count *)

Fixpoint sum (n : nat) (g : nat -> R) : R := match n with O => 0 | S m => sum m g + g m end. (* g 0 + ... + g (n-1) *)

Definition dot (d : nat) (u v : vector) : R := sum d (fun a => u a * v a).
Definition norm (d : nat) (u : vector) : R := sqrt (dot d u u).
Definition cosine (d : nat) (u v : vector) : R := dot d u v / (norm d u * norm d v).

Definition arc (d : nat) (u v : vector) : R :=
  norm d u * norm d v / (2 * PI) * (sqrt (1 - cosine d u v * cosine d u v) + (PI - acos (cosine d u v)) * cosine d u v).

Definition kernel (p q : R) (d : nat) (u v : vector) : R := (p + q) * (p + q) * arc d u v - p * q * dot d u v.

Definition loss (p q : R) (n k d : nat) (V W : matrix) : R :=
  1 / 2 * sum n (fun i => sum n (fun i' => kernel p q d (W i) (W i')))
  - sum n (fun i => sum k (fun j => kernel p q d (W i) (V j)))
  + 1 / 2 * sum k (fun j => sum k (fun j' => kernel p q d (V j) (V j'))).

(** The teachers: the first k unit vectors. *)
Definition units : matrix := fun j a => if (j =? a)%nat then 1 else 0.
Definition F (p q : R) (n k d : nat) (W : matrix) : R := loss p q n k d units W.

(** Students that copy the teachers; the others are zero. *)
Definition copy (k : nat) : matrix := fun i a => if (i <? k)%nat then units i a else 0.

Definition distance (n d : nat) (W W' : matrix) : R := sqrt (sum n (fun i => sum d (fun a => (W i a - W' i a) * (W i a - W' i a)))).

Definition strict_local_min (n d : nat) (G : matrix -> R) (W : matrix) : Prop :=
  exists eps, 0 < eps /\ forall W', 0 < distance n d W' W < eps -> G W < G W'.

(** z/q, and the matrix with the entries z/q and zeros beyond them. *)
Definition ratio (z q : Z) : R := IZR z / IZR q.
Definition rational (rows : list (list Z)) (q : Z) : matrix := fun i a => ratio (nth a (nth i rows nil) 0%Z) q.

(** A spurious minimum near C, in R^(n x d) and, padded with zeros, in R^(n x D) for every D >= d; no
    fewer students and dimensions than teachers, and an activation that is not linear. *)
Definition spurious_minimum (p q : R) (n k d : nat) (C : matrix) (delta low high : R) : Prop :=
  p + q <> 0 /\ (k <= n)%nat /\ (k <= d)%nat /\
  exists W : matrix, (forall i a, (d <= a)%nat -> W i a = 0) /\ forall D, (d <= D)%nat ->
    strict_local_min n D (F p q n k D) W /\ distance n D W C <= delta /\
    0 < low /\ low <= F p q n k D W <= high /\ F p q n k D (copy k) = 0.
