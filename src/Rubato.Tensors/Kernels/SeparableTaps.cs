using System.Runtime.CompilerServices;
using Rubato.Tensors.Autograd;

namespace Rubato.Tensors.Kernels;

/// <summary>
/// For each place of one output axis the places of the input axis that it reads, with their weights: nearest, linear
/// and cubic interpolation, averages and FIR filters are all such tables.
/// </summary>
internal sealed class AxisTaps
{
    private AxisTaps(int inputs, int outputs, int taps)
    {
        (Inputs, Outputs, Taps) = (inputs, outputs, taps);
        Sources = new int[outputs * taps];
        Weights = new float[outputs * taps];
        Array.Fill(Sources, -1);
    }

    public int Inputs { get; }

    public int Outputs { get; }

    /// <summary>Most taps of a place.</summary>
    public int Taps { get; }

    /// <summary>[outputs][taps]; -1 where a tap reads nothing.</summary>
    public int[] Sources { get; }

    /// <summary>[outputs][taps]</summary>
    public float[] Weights { get; }

    /// <summary>A table; taps beyond the input read zeros.</summary>
    /// <param name="inputs">Length of the input axis.</param>
    /// <param name="outputs">Length of the output axis.</param>
    /// <param name="taps">Taps of a place.</param>
    /// <param name="tap">Source and weight of tap k of place o.</param>
    public static AxisTaps Create(int inputs, int outputs, int taps, Func<int, int, (int Source, double Weight)> tap)
    {
        var axis = new AxisTaps(inputs, outputs, taps);
        for (int o = 0; o < outputs; o++)
        {
            for (int k = 0; k < taps; k++)
            {
                (int source, double weight) = tap(o, k);
                if ((uint)source >= (uint)inputs) continue;
                axis.Sources[o * taps + k] = source;
                axis.Weights[o * taps + k] = (float)weight;
            }
        }

        return axis;
    }

    /// <summary>The table of the transposed sums: each input place reads the outputs that read it, with the same weights.</summary>
    public AxisTaps Transposed()
    {
        var readers = new List<(int Output, float Weight)>[Inputs];
        for (int i = 0; i < Inputs; i++) readers[i] = [];
        for (int tap = 0; tap < Sources.Length; tap++)
            if (Sources[tap] >= 0) readers[Sources[tap]].Add((tap / Taps, Weights[tap]));
        return Create(Outputs, Inputs, readers.Max(list => list.Count),
            (i, k) => k < readers[i].Count ? readers[i][k] : (-1, 0));
    }
}

/// <summary>Weighted sums of pixels, row tap by row tap; a unit is a line of the output.</summary>
internal readonly unsafe struct SeparableTaps(
    float* x, float* y, int height, int width, int channels, AxisTaps vertical, AxisTaps horizontal) : IKernel
{
    /// <summary>Re-samples pictures [N, H, W, C] on both axes.</summary>
    public static Tensor Apply(Tensor x, AxisTaps vertical, AxisTaps horizontal)
    {
        int n = x.Shape[0], c = x.Shape[3];
        Tensor y = Tensor.Empty([n, vertical.Outputs, horizontal.Outputs, c]);
        if (Tape.For(x) is { } tape) Record(tape, x, vertical, horizontal, y);
        if (y.Count == 0) return y;
        var kernel = new SeparableTaps(x.Floats, y.Floats, x.Shape[1], x.Shape[2], c, vertical, horizontal);
        KernelSet.Current.For(kernel, n * vertical.Outputs, (long)y.Count * vertical.Taps * horizontal.Taps * 2);
        return y;
    }

    private static void Record(Tape tape, Tensor x, AxisTaps vertical, AxisTaps horizontal, Tensor y)
        => tape.Record(y, dy => x.Adjoint!.Add(Apply(dy, vertical.Transposed(), horizontal.Transposed())));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<T>(int begin, int end)
        where T : struct, ISimd<T>
    {
        int whole = channels / T.Width * T.Width;
        for (int line = begin; line < end; line++)
        {
            (int picture, int oy) = Math.DivRem(line, vertical.Outputs);
            for (int ox = 0; ox < horizontal.Outputs; ox++)
            {
                float* to = y + ((long)line * horizontal.Outputs + ox) * channels;
                bool first = true;
                for (int ky = oy * vertical.Taps; ky < (oy + 1) * vertical.Taps; ky++)
                {
                    if (vertical.Sources[ky] < 0) continue;
                    float* row = x + ((long)picture * height + vertical.Sources[ky]) * width * channels;
                    for (int kx = ox * horizontal.Taps; kx < (ox + 1) * horizontal.Taps; kx++)
                    {
                        if (horizontal.Sources[kx] < 0) continue;
                        float* from = row + (long)horizontal.Sources[kx] * channels;
                        float weight = vertical.Weights[ky] * horizontal.Weights[kx];
                        Add<T>(from, to, 0, whole, weight, first);
                        Add<Simd1>(from, to, whole, channels, weight, first);
                        first = false;
                    }
                }

                if (first) new Span<float>(to, channels).Clear();
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add<T>(float* from, float* to, nint begin, nint end, float weight, bool first)
        where T : struct, ISimd<T>
    {
        T w = T.Create(weight);
        if (first)
            for (nint c = begin; c < end; c += T.Width) (T.Load(from + c) * w).Store(to + c);
        else
            for (nint c = begin; c < end; c += T.Width) T.Fma(T.Load(from + c), w, T.Load(to + c)).Store(to + c);
    }
}
