(** Minima for any number k of neurons, type II: the computed check on Coq's integers. *)
From Coq Require Import Reals ZArith List Bool.
From Interval Require Import Float.Specific_ops Float.Specific_stdz Interval.Interval Interval.Float_full.
From Certify Require Import Statement Certificate Carriers Blocks BlockCheck.

Module Block := BlockCheck Zinterval.
Definition check_block (bits : BinNums.positive) (c : block_certificate) : bool := Block.block_ok (Zfloat.PtoP 160) (Zfloat.PtoP bits) c.

(** k = m + 1 students, teachers and dimensions; the first m may be permuted. *)
Theorem block_sound bits c : check_block bits c = true ->
  spurious_minimum (fraction (b_rising c)) (fraction (b_falling c)) (S (b_m c)) (S (b_m c)) (S (b_m c))
    (block (b_m c) (b_entry c 0) (b_entry c 1) (b_entry c 2) (b_entry c 3) (b_entry c 4))
    (fraction (b_delta c)) (fraction (b_low c)) (fraction (b_high c)).
Proof. exact (Block.block_ok_sound _ _ c). Qed.
