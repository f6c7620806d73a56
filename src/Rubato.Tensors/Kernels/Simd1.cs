using System.Runtime.CompilerServices;

namespace Rubato.Tensors.Kernels;

/// <summary>
/// One lane: what is left of a row after whole vectors. The same IEEE operations, so an element's bits do not depend
/// on where it stands.
/// </summary>
internal unsafe struct Simd1(float lane) : ISimd<Simd1>
{
    private float _lane = lane;

    public static int Width
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 1;
    }

    public static int TileRows => 1;

    public static Simd1 Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd1 Create(float value) => new(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd1 Load(float* source) => new(*source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* destination) => *destination = _lane;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd1 operator +(Simd1 left, Simd1 right) => new(left._lane + right._lane);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd1 operator -(Simd1 left, Simd1 right) => new(left._lane - right._lane);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd1 operator *(Simd1 left, Simd1 right) => new(left._lane * right._lane);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd1 operator /(Simd1 left, Simd1 right) => new(left._lane / right._lane);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd1 Fma(Simd1 a, Simd1 b, Simd1 c) => new(float.MultiplyAddEstimate(a._lane, b._lane, c._lane));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(ref Simd1 sum, Simd1 a, Simd1 b) => sum._lane = float.MultiplyAddEstimate(a._lane, b._lane, sum._lane);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd1 Max(Simd1 left, Simd1 right) => new(float.MaxNative(left._lane, right._lane));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd1 Min(Simd1 left, Simd1 right) => new(float.MinNative(left._lane, right._lane));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd1 Sqrt(Simd1 x) => new(MathF.Sqrt(x._lane));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd1 Abs(Simd1 x) => new(MathF.Abs(x._lane));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd1 Round(Simd1 x) => new(MathF.Round(x._lane));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd1 PowerOfTwo(Simd1 n) => new(BitConverter.Int32BitsToSingle(((int)n._lane + 127) << 23));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd1 SelectLess(Simd1 left, Simd1 right, Simd1 whenTrue, Simd1 whenFalse)
        => left._lane < right._lane ? whenTrue : whenFalse;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd1 RoundToBFloat16(Simd1 x)
        => new(BitConverter.UInt32BitsToSingle((uint)BFloat16.Round(x._lane) << 16));
}
