namespace Rubato.Tensors.Kernels.Assembled;

/// <summary>The AVX-512 set with products in bfloat16 by instructions that .NET does not know.</summary>
/// <param name="name">The set's name.</param>
/// <param name="check">Makes the tile ready; why it cannot be, or null.</param>
/// <param name="slow">Why another set is faster; null where it is not.</param>
internal sealed class AssembledKernels<TTile>(string name, Func<string?> check, Func<string?>? slow = null)
    : VectorKernels<Simd512>(name, () => check() ?? SelfTest.Fails<TTile>())
    where TTile : struct, IBFloat16Tile
{
    private readonly Lazy<string?> _slow = new(slow ?? (() => null));

    public override Precision Preferred => Precision.BFloat16;

    public override string? Slow => _slow.Value;

    internal override PackedMatrix Pack(in WeightMatrix weights, Precision precision = Precision.Float32)
        => precision == Precision.BFloat16 ? BFloat16Matrix<TTile>.Pack(this, weights) : base.Pack(weights, precision);

    internal override void Attend(Precision precision, in AttentionCall call)
    {
        if (precision == Precision.BFloat16) BFloat16Attention<TTile>.Run(this, call);
        else base.Attend(precision, call);
    }
}
