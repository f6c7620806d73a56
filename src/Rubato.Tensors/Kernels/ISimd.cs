namespace Rubato.Tensors.Kernels;

/// <summary>
/// A vector of float32 lanes. Kernels are written once over this seam; every kernel set runs them at its own width.
/// All operations are IEEE and lane by lane, and reductions across lanes follow a tree that does not depend on the
/// width (<see cref="Lanes"/>), so all sets that have fused multiply-add compute the same bits.
/// </summary>
internal unsafe interface ISimd<TSelf>
    where TSelf : struct, ISimd<TSelf>
{
    /// <summary>Number of lanes: 4, 8 or 16.</summary>
    static abstract int Width { get; }

    /// <summary>Rows of a register tile of the matrix product: two vectors a row must leave room for the operands.</summary>
    static abstract int TileRows { get; }

    static abstract TSelf Zero { get; }

    static abstract TSelf Create(float value);

    static abstract TSelf Load(float* source);

    void Store(float* destination);

    static abstract TSelf operator +(TSelf left, TSelf right);

    static abstract TSelf operator -(TSelf left, TSelf right);

    static abstract TSelf operator *(TSelf left, TSelf right);

    static abstract TSelf operator /(TSelf left, TSelf right);

    /// <summary>a * b + c, rounded once.</summary>
    static abstract TSelf Fma(TSelf a, TSelf b, TSelf c);

    /// <summary>
    /// sum = a * b + sum, rounded once. In this form the compiler leaves the sum in its register; as the result of
    /// <see cref="Fma"/> it is computed in that of the last operand used, and copied.
    /// </summary>
    static abstract void AddProduct(ref TSelf sum, TSelf a, TSelf b);

    static abstract TSelf Max(TSelf left, TSelf right);

    static abstract TSelf Min(TSelf left, TSelf right);

    static abstract TSelf Sqrt(TSelf x);

    static abstract TSelf Abs(TSelf x);

    /// <summary>Nearest integer, ties to even.</summary>
    static abstract TSelf Round(TSelf x);

    /// <summary>2^n for integral n in [-126, 127]; 0 for -127.</summary>
    static abstract TSelf PowerOfTwo(TSelf n);

    /// <summary>Where left is below right: whenTrue, else whenFalse.</summary>
    static abstract TSelf SelectLess(TSelf left, TSelf right, TSelf whenTrue, TSelf whenFalse);

    /// <summary>To the nearest number of 8 significant bits, ties to even; what is not a number stays so.</summary>
    static abstract TSelf RoundToBFloat16(TSelf x);
}
