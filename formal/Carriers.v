(** The checker with its two carriers of intervals: floating-point numbers on Z (no axioms of their own),
    or primitive floats for the Hessian and big integers for the point (fast; they rest on Coq's specification of machine arithmetic). *)
From Coq Require Import Reals ZArith List Bool.
From Interval Require Import Float.Specific_ops Float.Specific_stdz Float.Specific_bigint Float.Primitive_ops Interval.Interval Interval.Float_full.
From Certify Require Import Statement Certificate Soundness Spurious.

Module Checker (I J : IntervalOps).
Module Box := CheckSound I.
Module Point := CheckSound J.

Definition check (box_precision : I.precision) (point_precision : J.precision) (c : certificate) : bool :=
  sane c && Point.C.check_point point_precision c && Box.C.check_box box_precision c.

Theorem check_sound p q c : check p q c = true ->
  spurious_minimum (fraction (rising c)) (fraction (falling c))
    (students c) (teachers c) (dimension c) (rational (point c) (denominator c)) (fraction (delta c)) (fraction (low c)) (fraction (high c)).
Proof.
  unfold check. intros H. apply andb_true_iff in H. destruct H as [H B]. apply andb_true_iff in H. destruct H as [H P].
  apply sane_sound in H. exact (spurious c H (Box.box_sound p c H B) (Point.point_sound q c H P)).
Qed.
End Checker.

Module Zfloat := SpecificFloat StdZRadix2.
Module Zinterval := FloatIntervalFull Zfloat.
Module Reference := Checker Zinterval Zinterval.
Definition check_reference (bits : BinNums.positive) (c : certificate) : bool := Reference.check (Zfloat.PtoP 64) (Zfloat.PtoP bits) c.

Module Bigfloat := SpecificFloat BigIntRadix2.
Module Biginterval := FloatIntervalFull Bigfloat.
Module Machineinterval := FloatIntervalFull PrimitiveFloat.
Module Fast := Checker Machineinterval Biginterval.
Definition check_fast (bits : BinNums.positive) (c : certificate) : bool := Fast.check (PrimitiveFloat.PtoP 53) (Bigfloat.PtoP bits) c.

Theorem reference_sound bits c : check_reference bits c = true ->
  spurious_minimum (fraction (rising c)) (fraction (falling c))
    (students c) (teachers c) (dimension c) (rational (point c) (denominator c)) (fraction (delta c)) (fraction (low c)) (fraction (high c)).
Proof. exact (Reference.check_sound _ _ c). Qed.

Theorem fast_sound bits c : check_fast bits c = true ->
  spurious_minimum (fraction (rising c)) (fraction (falling c))
    (students c) (teachers c) (dimension c) (rational (point c) (denominator c)) (fraction (delta c)) (fraction (low c)) (fraction (high c)).
Proof. exact (Fast.check_sound _ _ c). Qed.
