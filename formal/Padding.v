(** More dimensions: F(W) >= F(first d columns of W) + c |the other columns|^2 (lemma 5 of proofs/lemmas, along a path of Gram matrices). *)
From Coq Require Import Reals Lra Lia Arith Psatz.
From Coquelicot Require Import Coquelicot.
From Certify Require Import Statement Sums Pair Loss Forms Psd.
Open Scope R_scope.

(** Everything here depends on squared norms N, inner products P of students, T of students and teachers, and squared norms Q of teachers. *)
Section Gram.

Context {tau : Tilt}.
Variables (n k : nat) (Q : nat -> R) (T : nat -> nat -> R).

Definition excess_gram (N : nat -> R) (P : nat -> nat -> R) (i : nat) : R :=
  sum n (fun i' => if (i =? i')%nat then 0 else Sf (N i) (N i') (P i i')) - sum k (fun j => Sf (N i) (Q j) (T i j)).

(** The matrix M of lemma 5, times 2 pi. *)
Definition padding (N : nat -> R) (P : nat -> nat -> R) (i i' : nat) : R :=
  if (i =? i')%nat then PI + tilt + excess_gram N P i / N i else Af (N i) (N i') (P i i').

Definition gram_good (N : nat -> R) (P : nat -> nat -> R) : Prop := forall i, (i < n)%nat -> 0 < N i /\
  (forall i', (i' < i)%nat -> P i i' * P i i' < N i * N i') /\ (forall j, (j < k)%nat -> T i j * T i j < N i * Q j).

Definition Phi_gram (N : nat -> R) (P : nat -> nat -> R) : R := sum n (fun i =>
  (PI + tilt) / 2 * N i + sum i (fun i' => hf (N i) (N i') (P i i')) - sum k (fun j => hf (N i) (Q j) (T i j))).

Hypothesis Q_pos : forall j, (j < k)%nat -> 0 < Q j.

Variables (N0 : nat -> R) (P0 G : nat -> nat -> R).
Hypothesis (P0_sym : forall i i', P0 i i' = P0 i' i) (G_sym : forall i i', G i i' = G i' i).

Definition Ns (s : R) (i : nat) : R := N0 i + s * G i i.
Definition Ps (s : R) (i i' : nat) : R := P0 i i' + s * G i i'.

Lemma S_swap N M p : Sf N M p = Sf M N p.
Proof. unfold Sf. now rewrite Rmult_comm. Qed.

Lemma A_swap N M p : Af N M p = Af M N p.
Proof. unfold Af. now rewrite S_swap. Qed.

(** Term by term, by the derivative [dh] of h; the sum over pairs is then that of the matrix against G. *)
Lemma d_Phi_gram s : gram_good (Ns s) (Ps s) ->
  is_derive (fun s => Phi_gram (Ns s) (Ps s)) s (/ 2 * sum n (fun i => sum n (fun i' => padding (Ns s) (Ps s) i i' * G i i'))).
Proof.
  intros H.
  assert (lin : forall x y t, is_derive (fun s => x + s * y) t y) by (intros; auto_derive; [easy|ring]).
  replace (/ 2 * sum n (fun i => sum n (fun i' => padding (Ns s) (Ps s) i i' * G i i'))) with
    (sum n (fun i => (PI + tilt) / 2 * G i i + sum i (fun i' => g1 (Ns s i) (Ns s i') (Ps s i i') (G i i) (G i' i') (G i i'))
       - sum k (fun j => g1 (Ns s i) (Q j) (T i j) (G i i) 0 0))).
  - apply (is_derive_sum n (fun i s => (PI + tilt) / 2 * Ns s i + sum i (fun i' => hf (Ns s i) (Ns s i') (Ps s i i')) - sum k (fun j => hf (Ns s i) (Q j) (T i j)))).
    intros i Li. destruct (H i Li) as (PN & Hs & Ht).
    apply (is_derive_minus (fun s => (PI + tilt) / 2 * Ns s i + sum i (fun i' => hf (Ns s i) (Ns s i') (Ps s i i'))) (fun s => sum k (fun j => hf (Ns s i) (Q j) (T i j)))).
    + apply (is_derive_plus (fun s => (PI + tilt) / 2 * Ns s i) (fun s => sum i (fun i' => hf (Ns s i) (Ns s i') (Ps s i i')))).
      * apply is_derive_scal. apply lin.
      * apply (is_derive_sum i (fun i' s => hf (Ns s i) (Ns s i') (Ps s i i'))). intros i' L.
        apply (dh (fun s => Ns s i) (fun s => Ns s i') (fun s => Ps s i i')); [apply lin..|exact PN|exact (Hs i' L)].
    + apply (is_derive_sum k (fun j s => hf (Ns s i) (Q j) (T i j))). intros j L.
      apply (dh (fun s => Ns s i) (fun _ => Q j) (fun _ => T i j)); [apply lin|apply (is_derive_const (V := R_NormedModule))..|exact PN|exact (Ht j L)].
  - set (N := Ns s) in *. set (P := Ps s) in *.
    assert (PS : forall i i', P i i' = P i' i) by (intros; unfold P, Ps; now rewrite P0_sym, G_sym).
    rewrite sum_minus, sum_plus.
    rewrite (sum_ext n (fun i => sum i (fun i' => g1 (N i) (N i') (P i i') (G i i) (G i' i') (G i i')))
      (fun i => sum i (fun i' => (Sf (N i) (N i') (P i i') * (G i i / (2 * N i)) + Af (N i) (N i') (P i i') * G i i' / 2)
                               + (Sf (N i') (N i) (P i' i) * (G i' i' / (2 * N i')) + Af (N i') (N i) (P i' i) * G i' i / 2)))).
    2:{ intros i Li. apply sum_ext. intros i' L. destruct (H i Li) as (PN & _). destruct (H i' (Nat.lt_trans _ _ _ L Li)) as (PN' & _).
        unfold g1. rewrite (PS i' i), (G_sym i' i), (S_swap (N i') (N i)), (A_swap (N i') (N i)). field. lra. }
    rewrite (sum_pairs n (fun i i' => Sf (N i) (N i') (P i i') * (G i i / (2 * N i)) + Af (N i) (N i') (P i i') * G i i' / 2)).
    rewrite <- sum_plus, <- sum_minus, <- sum_scal. apply sum_ext. intros i Li. destruct (H i Li) as (PN & _ & _).
    rewrite (sum_ext n (fun i' => padding N P i i' * G i i')
      (fun i' => (if (i =? i')%nat then (PI + tilt + excess_gram N P i / N i) * G i i else 0) + (if (i =? i')%nat then 0 else Af (N i) (N i') (P i i') * G i i'))).
    2:{ intros i' _. unfold padding. destruct (Nat.eqb_spec i i') as [<-|E]; ring. }
    rewrite sum_plus, (sum_delta n i (fun _ => (PI + tilt + excess_gram N P i / N i) * G i i) Li).
    rewrite (sum_ext n (fun i' => if (i =? i')%nat then 0 else Sf (N i) (N i') (P i i') * (G i i / (2 * N i)) + Af (N i) (N i') (P i i') * G i i' / 2)
      (fun i' => (if (i =? i')%nat then 0 else Sf (N i) (N i') (P i i')) * (G i i / (2 * N i)) + / 2 * (if (i =? i')%nat then 0 else Af (N i) (N i') (P i i') * G i i'))).
    2:{ intros i' _. destruct (i =? i')%nat; [ring|field; lra]. }
    rewrite sum_plus, sum_scal_r, sum_scal.
    rewrite (sum_ext k (fun j => g1 (N i) (Q j) (T i j) (G i i) 0 0) (fun j => Sf (N i) (Q j) (T i j) * (G i i / (2 * N i)))).
    2:{ intros j L. unfold g1. specialize (Q_pos j L). field. lra. }
    rewrite sum_scal_r. unfold excess_gram. field. lra.
Qed.

Lemma Phi_gram_grows mu : (forall s, 0 <= s <= 1 -> gram_good (Ns s) (Ps s) /\ mu <= sum n (fun i => sum n (fun i' => padding (Ns s) (Ps s) i i' * G i i'))) ->
  Phi_gram (Ns 0) (Ps 0) + mu / 2 <= Phi_gram (Ns 1) (Ps 1).
Proof.
  intros H. destruct (MVT_cor2 (fun s => Phi_gram (Ns s) (Ps s)) (fun s => / 2 * sum n (fun i => sum n (fun i' => padding (Ns s) (Ps s) i i' * G i i'))) 0 1) as [x [E X]]; [lra| |].
  - intros s Hs. apply is_derive_Reals. apply d_Phi_gram. now apply H.
  - destruct (H x) as [_ L]; [lra|]. lra.
Qed.

End Gram.

(** The columns from d on. *)
Definition beyond (d : nat) (u : vector) : vector := fun a => if (a <? d)%nat then 0 else u a.

Lemma dot_beyond d D u v : (d <= D)%nat -> dot D u v = dot d u v + dot D (beyond d u) (beyond d v).
Proof.
  intros L. induction L as [|D L IH].
  - unfold dot. rewrite <- sum_plus. apply sum_ext. intros a La. unfold beyond. destruct (Nat.ltb_spec a d); [ring|lia].
  - unfold dot in *. simpl. rewrite IH.
    assert (B : forall u, beyond d u D = u D) by (intros; unfold beyond; destruct (Nat.ltb_spec D d); [lia|easy]). rewrite !B. ring.
Qed.

Lemma gram_form n D (B E : matrix) mu : (forall x : vector, mu * dot n x x <= sum n (fun i => sum n (fun i' => B i i' * x i * x i'))) ->
  mu * sq n D E <= sum n (fun i => sum n (fun i' => B i i' * dot D (E i) (E i'))).
Proof.
  intros H. apply Rle_trans with (sum D (fun a => sum n (fun i => sum n (fun i' => B i i' * E i a * E i' a)))).
  - unfold sq, ip, dot. rewrite sum_swap, <- sum_scal. apply sum_le. intros a _. apply (H (fun i => E i a)).
  - right. rewrite sum_swap. apply sum_ext. intros i _. rewrite sum_swap. apply sum_ext. intros i' _.
    unfold dot. rewrite <- sum_scal. apply sum_ext. intros. ring.
Qed.
