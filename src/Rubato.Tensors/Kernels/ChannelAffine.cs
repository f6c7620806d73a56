using System.Runtime.CompilerServices;

namespace Rubato.Tensors.Kernels;

/// <summary>
/// y = activation((x - mean) slope + offset) with three numbers for every channel of every picture: the second half of
/// a normalisation. A unit is a block of pixels of a picture.
/// </summary>
internal readonly unsafe struct ChannelAffine(
    float* x, float* y, float* factors, int pixels, int channels, Activation activation) : IKernel
{
    private const int BlockLength = 4096;   // a block is still in the first cache level when it is activated

    /// <summary>Units of one picture.</summary>
    public int Blocks => (pixels + BlockPixels - 1) / BlockPixels;

    private int BlockPixels => Math.Max(1, BlockLength / channels);

    /// <summary>
    /// Sets the numbers of a channel in the table [means][slopes][offsets] of its picture. What the mean loses by
    /// rounding goes to the offset, so that values far from zero keep their digits.
    /// </summary>
    public static void Set(float* factors, int channels, int channel, double mean, double slope, double offset)
    {
        float rounded = (float)mean;
        factors[channel] = rounded;
        factors[channels + channel] = (float)slope;
        factors[2 * channels + channel] = (float)(offset - (mean - rounded) * slope);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<T>(int begin, int end)
        where T : struct, ISimd<T>
    {
        int blocks = Blocks, blockPixels = BlockPixels, whole = channels / T.Width * T.Width;
        for (int unit = begin; unit < end; unit++)
        {
            int picture = unit / blocks, first = unit % blocks * blockPixels, count = Math.Min(blockPixels, pixels - first);
            long at = ((long)picture * pixels + first) * channels;
            float* table = factors + (long)picture * 3 * channels;
            Block<T>(x + at, y + at, count, 0, whole, table);
            Block<Simd1>(x + at, y + at, count, whole, channels, table);
            Map.Activate<T>(activation, y + at, count * channels);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Block<T>(float* from, float* to, int count, int begin, int end, float* table)
        where T : struct, ISimd<T>
    {
        if (begin == end) return;
        nint pitch = channels;
        for (int p = 0; p < count; p++, from += pitch, to += pitch)
        {
            for (nint c = begin; c < end; c += T.Width)
            {
                T d = T.Load(from + c) - T.Load(table + c);
                T.Fma(d, T.Load(table + pitch + c), T.Load(table + 2 * pitch + c)).Store(to + c);
            }
        }
    }
}
