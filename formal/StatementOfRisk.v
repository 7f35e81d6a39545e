(** The strongest statement of this folder, on one page, after Statement.v: the same minimum, of the
    risk 1/2 E (sum_i sigma(w_i.x) - sum_j sigma(v_j.x))^2 itself in place of its closed form.

    No integral over R^d is needed. The record [expectation] says what is asked of E: it is linear and
    monotone, it does not change under orthogonal matrices, and E (u.x)^2 = |u|^2; all of it for
    continuous functions on R^d of at most quadratic growth only. Expectation.v proves the theorems. *)
From Coq Require Import Reals Arith.
From Certify Require Import Statement.
Open Scope R_scope.

(** sigma(t) = p [t]_+ + q [-t]_+. ReLU is p = 1, q = 0; leaky ReLU with slope a is p = 1, q = - a. *)
Definition relu (t : R) : R := Rmax 0 t.
Definition activation (p q t : R) : R := p * relu t + q * relu (- t).

(** Continuous functions of the first d coordinates of x that grow at most like |x|^2. *)
Definition continuous_in (d : nat) (f : vector -> R) : Prop :=
  forall x eps, 0 < eps -> exists del, 0 < del /\
    forall y, (forall a, (a < d)%nat -> Rabs (y a - x a) < del) -> Rabs (f y - f x) < eps.
Definition at_most_quadratic (d : nat) (f : vector -> R) : Prop :=
  exists c, forall x, Rabs (f x) <= c * (1 + dot d x x).
Definition admissible (d : nat) (f : vector -> R) : Prop :=
  continuous_in d f /\ at_most_quadratic d f.

(** Q x, and matrices with orthonormal rows. *)
Definition apply (d : nat) (Q : matrix) (x : vector) : vector := fun a => dot d (Q a) x.
Definition orthogonal (d : nat) (Q : matrix) : Prop := forall a b, (a < d)%nat -> (b < d)%nat ->
  dot d (Q a) (Q b) = if (a =? b)%nat then 1 else 0.

(** The expectation over x ~ N(0, I_d) satisfies all five. This is not proved here: Circle.v has an
    example for d = 2. An admissible f is measurable, it depends on x_0 .. x_(d-1) only, and it is
    integrable since |x|^2 is; the integral is linear and monotone; N(0, I_d) is invariant under
    orthogonal matrices; and u.x ~ N(0, |u|^2). *)
Record expectation (d : nat) (E : (vector -> R) -> R) : Prop := {
  E_plus : forall f g, admissible d f -> admissible d g -> E (fun x => f x + g x) = E f + E g;
  E_scal : forall c f, admissible d f -> E (fun x => c * f x) = c * E f;
  E_le : forall f g, admissible d f -> admissible d g -> (forall x, f x <= g x) -> E f <= E g;
  E_orthogonal : forall Q f, orthogonal d Q -> admissible d f -> E (fun x => f (apply d Q x)) = E f;
  E_square : forall u, E (fun x => dot d u x * dot d u x) = dot d u u }.

(** 1/2 E (sum_i sigma(w_i.x) - sum_j sigma(v_j.x))^2 *)
Definition difference (p q : R) (n k d : nat) (V W : matrix) (x : vector) : R :=
  sum n (fun i => activation p q (dot d (W i) x)) - sum k (fun j => activation p q (dot d (V j) x)).
Definition risk (p q : R) (E : (vector -> R) -> R) (n k d : nat) (V W : matrix) : R :=
  1 / 2 * E (fun x => difference p q n k d V W x * difference p q n k d V W x).

(** [spurious_minimum] of Statement.v with the risk in place of the loss: W serves every dimension
    D >= d and every expectation. *)
Definition spurious_minimum_of_risk (p q : R) (n k d : nat) (C : matrix) (delta low high : R) : Prop :=
  p + q <> 0 /\ (k <= n)%nat /\ (k <= d)%nat /\
  exists W : matrix, (forall i a, (d <= a)%nat -> W i a = 0) /\ forall D E, (d <= D)%nat -> expectation D E ->
    strict_local_min n D (risk p q E n k D units) W /\ distance n D W C <= delta /\
    0 < low /\ low <= risk p q E n k D units W <= high /\ risk p q E n k D units (copy k) = 0.
