using System.Numerics;

namespace Rubato.Tensors;

/// <summary>
/// The numbers of PyTorch's generator on the CPU, so that a seed published with a picture gives that picture's noise
/// here. One stream over all calls, whatever their kinds.
/// </summary>
/// <remarks>
/// Uniform numbers, integers and permutations equal PyTorch's exactly, normal ones up to the last digits: PyTorch's own
/// logarithm and sine are vectorised. Logarithm and sine are taken in float64 here, for every type.
/// </remarks>
/// <param name="seed">As given to <c>manual_seed</c>. Only the low 32 bits count, as in PyTorch.</param>
public sealed class TorchCpuGenerator(ulong seed) : INoiseSource
{
    /// <summary>Draws of at least this many normals are made in blocks, shorter ones number by number.</summary>
    private const int BlockLength = 16;

    private readonly MersenneTwister _twister = new((uint)seed);

    /// <summary>The second normal of a pair of which a short draw took only the first; kept over calls.</summary>
    private double? _spare;

    /// <summary>One call of <c>torch.rand</c>: uniform over [0, 1), multiples of 2^-24.</summary>
    /// <param name="destination">Any length; row-major order.</param>
    public void Rand(Span<float> destination) => Uniform(destination);

    /// <summary>One call of <c>torch.rand</c> in float64: uniform over [0, 1), multiples of 2^-53.</summary>
    /// <inheritdoc cref="Rand(Span{float})"/>
    public void Rand(Span<double> destination) => Uniform(destination);

    /// <summary>One call of <c>torch.rand</c> in float16: uniform over [0, 1), multiples of 2^-11.</summary>
    /// <inheritdoc cref="Rand(Span{float})"/>
    public void Rand(Span<Half> destination) => Uniform(destination);

    /// <summary>One call of <c>torch.randn</c>: mean 0, variance 1.</summary>
    /// <param name="destination">Any length; row-major order.</param>
    public void RandN(Span<float> destination) => Normal(destination);

    /// <summary>One call of <c>torch.randn</c> in float64: other numbers than in float32 from 16 elements on.</summary>
    /// <inheritdoc cref="RandN(Span{float})"/>
    public void RandN(Span<double> destination) => Normal(destination);

    /// <summary>One call of <c>torch.randn</c> in float16: other numbers than in float32 from 16 elements on.</summary>
    /// <inheritdoc cref="RandN(Span{float})"/>
    public void RandN(Span<Half> destination) => Normal(destination);

    void INoiseSource.Normal(Span<float> destination) => RandN(destination);

    /// <summary>One element of <c>torch.randint(low, high)</c>; a tensor of n elements is n calls.</summary>
    /// <remarks>As in PyTorch 1.13; later versions take 64 bits already for spans from 2^28 on.</remarks>
    /// <param name="low">The smallest result.</param>
    /// <param name="high">One more than the largest result.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="high"/> is not above low.</exception>
    public long RandInt(long low, long high)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(high, low);
        ulong span = (ulong)high - (ulong)low;
        ulong bits = span >= 1ul << 32 ? _twister.Next64() : _twister.Next();
        return low + (long)(bits % span);
    }

    /// <summary>One call of <c>torch.randperm</c>.</summary>
    /// <param name="count">How many numbers, 0 or more.</param>
    /// <returns>The numbers from 0 to <paramref name="count"/> - 1 in random order.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public int[] RandPerm(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        int[] order = [.. Enumerable.Range(0, count)];
        for (int i = 0; i < count - 1; i++)
        {
            int j = i + (int)(_twister.Next() % (uint)(count - i));
            (order[i], order[j]) = (order[j], order[i]);
        }
        return order;
    }

    private void Uniform<T>(Span<T> destination) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        int digits = T.One.GetSignificandBitLength();
        foreach (ref T value in destination)
        {
            ulong bits = typeof(T) == typeof(double) ? _twister.Next64() : _twister.Next();
            value = T.CreateTruncating(double.ScaleB(bits & ((1ul << digits) - 1), -digits));
        }
    }

    private void Normal<T>(Span<T> destination) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        if (destination.Length < BlockLength)
        {
            foreach (ref T value in destination)
                value = T.CreateTruncating(NextNormal());
            return;
        }
        Uniform(destination);
        for (int start = 0; start <= destination.Length - BlockLength; start += BlockLength)
            TransformBlock(destination.Slice(start, BlockLength));
        if (destination.Length % BlockLength == 0)
            return;
        // The last 16 are drawn anew and overwrite the end of the block before them.
        Span<T> tail = destination[^BlockLength..];
        Uniform(tail);
        TransformBlock(tail);
    }

    /// <summary>A normal of the short path, which works in float64 for all types.</summary>
    private double NextNormal()
    {
        if (_spare is { } spare)
        {
            _spare = null;
            return spare;
        }
        Span<double> u = stackalloc double[2];
        Uniform(u);
        double radius = Math.Sqrt(-2 * Math.Log(1 - u[1]));   // 1 - u is exact: u is a multiple of 2^-53
        (double sine, double cosine) = Math.SinCos(Math.Tau * u[0]);
        _spare = radius * sine;
        return radius * cosine;
    }

    /// <summary>Turns 16 uniform numbers into normal ones: element j and element j + 8 make a pair.</summary>
    private static void TransformBlock<T>(Span<T> block) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        const int Partner = BlockLength / 2;
        for (int j = 0; j < Partner; j++)
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - double.CreateTruncating(block[j])));
            // PyTorch holds the angle in the tensor's type; without that rounding float32 differs in the 7th digit.
            T angle = T.CreateTruncating(Math.Tau * double.CreateTruncating(block[j + Partner]));
            (double sine, double cosine) = Math.SinCos(double.CreateTruncating(angle));
            block[j] = T.CreateTruncating(radius * cosine);
            block[j + Partner] = T.CreateTruncating(radius * sine);
        }
    }
}
