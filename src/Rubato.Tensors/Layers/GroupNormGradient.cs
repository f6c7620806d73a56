using System.Runtime.CompilerServices;
using Rubato.Tensors.Kernels;
using Rubato.Tensors.Threads;

namespace Rubato.Tensors.Layers;

/// <summary>The derivatives of <see cref="GroupNorm"/> with its activation.</summary>
internal static unsafe class GroupNormGradient
{
    /// <summary>dx, and what is added to the derivatives of the other operands that are not null.</summary>
    /// <param name="x">[N, .., C]</param>
    /// <param name="dy">As x.</param>
    /// <param name="weight">[C]</param>
    /// <param name="bias">[C]</param>
    /// <param name="groups">Of the forward.</param>
    /// <param name="eps">Of the forward.</param>
    /// <param name="activation">Of the forward.</param>
    /// <param name="scale">[N, C]</param>
    /// <param name="shift">[N, C]</param>
    /// <param name="dWeight">[C]</param>
    /// <param name="dBias">[C]</param>
    /// <param name="dScale">[N, C]</param>
    /// <param name="dShift">[N, C]</param>
    public static Tensor Compute(
        Tensor x, Tensor dy, Tensor? weight, Tensor? bias, int groups, float eps, Activation activation,
        Tensor? scale, Tensor? shift, Tensor? dWeight, Tensor? dBias, Tensor? dScale, Tensor? dShift)
    {
        Tensor dx = Tensor.Empty(x.Shape);
        if (x.Count == 0) return dx;
        int pictures = x.Shape[0], channels = x.Shape[-1], pixels = x.Count / pictures / channels;
        int chunks = GroupStatistics.Chunks(pixels);
        using Scope scope = Scope.Begin();
        float* totals = Tensor.Empty([pictures, 2, channels]).Floats;
        var kernel = new GroupNormBackward
        {
            Part = GroupNormBackward.Stage.All,
            X = x.Floats,
            Dy = dy.Floats,
            Dx = dx.Floats,
            Pixels = pixels,
            Channels = channels,
            Groups = groups,
            Eps = eps,
            Activation = activation,
            Rows = new NormRows(weight, bias, scale, shift, channels),
            Moments = new GroupStatistics(x.Floats, pixels, channels, groups,
                (double*)Tensor.Empty([pictures, chunks, groups, 2], DType.Float64).Bytes),
            Normals = (double*)Tensor.Empty([pictures, groups, 2], DType.Float64).Bytes,
            Factors = Tensor.Empty([pictures, 3, channels]).Floats,
            Sums = Tensor.Empty([pictures, chunks, 2, channels]).Floats,
            Totals = totals,
            Coefficients = Tensor.Empty([pictures, 3, channels]).Floats,
        };
        Run(kernel, pictures, chunks, x.Count);
        var sums = new ParameterSums(totals, pictures, channels)
        {
            Weight = Pointer(weight),
            Bias = Pointer(bias),
            Scale = Pointer(scale),
            DWeight = Pointer(dWeight),
            DBias = Pointer(dBias),
            DScale = Pointer(dScale),
            DShift = Pointer(dShift),
        };
        KernelSet.Current.For(sums, sums.Units, 8L * pictures * channels);
        return dx;
    }

    /// <summary>Picture by picture, which stay near from stage to stage; stage by stage where threads outnumber pictures.</summary>
    private static void Run(in GroupNormBackward kernel, int pictures, int chunks, int count)
    {
        if (pictures >= WorkerTeam.Current.Threads)
        {
            KernelSet.Current.For(kernel, pictures, count * 32L);
            return;
        }

        KernelSet.Current.For(kernel with { Part = GroupNormBackward.Stage.Statistics }, pictures * chunks, count * 4L);
        for (int n = 0; n < pictures; n++) kernel.Normalise(n);
        KernelSet.Current.For(kernel with { Part = GroupNormBackward.Stage.Sums }, pictures * chunks, count * 24L);
        for (int n = 0; n < pictures; n++) kernel.Combine(n);
        KernelSet.Current.For(kernel with { Part = GroupNormBackward.Stage.Result }, pictures * chunks, count * 4L);
    }

    private static float* Pointer(Tensor? tensor) => tensor is null ? null : tensor.Floats;

    /// <summary>What the sums of all pictures add to the derivatives of the rows; a unit is a block of channels.</summary>
    private readonly struct ParameterSums(float* totals, int pictures, int channels) : IKernel
    {
        private const int BlockChannels = 64;

        public required float* Weight { get; init; }

        public required float* Bias { get; init; }

        public required float* Scale { get; init; }

        public required float* DWeight { get; init; }

        public required float* DBias { get; init; }

        public required float* DScale { get; init; }

        public required float* DShift { get; init; }

        public int Units => (channels + BlockChannels - 1) / BlockChannels;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<T>(int begin, int end)
            where T : struct, ISimd<T>
        {
            int first = begin * BlockChannels, last = Math.Min(end * BlockChannels, channels);
            int whole = first + (last - first) / T.Width * T.Width;
            for (int n = 0; n < pictures; n++)
            {
                Picture<T>(n, first, whole);
                Picture<Simd1>(n, whole, last);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Picture<T>(int picture, int begin, int end)
            where T : struct, ISimd<T>
        {
            nint own = (nint)picture * channels;
            for (nint c = begin; c < end; c += T.Width)
            {
                T plain = T.Load(totals + 2 * own + c), normal = T.Load(totals + 2 * own + channels + c);
                T gain = Scale == null ? T.Create(1) : T.Create(1) + T.Load(Scale + own + c);
                if (DWeight != null) T.Fma(gain, normal, T.Load(DWeight + c)).Store(DWeight + c);
                if (DBias != null) T.Fma(gain, plain, T.Load(DBias + c)).Store(DBias + c);
                if (DShift != null) (T.Load(DShift + own + c) + plain).Store(DShift + own + c);
                if (DScale == null) continue;
                T scaled = Weight == null ? normal : T.Load(Weight + c) * normal;
                if (Bias != null) scaled = T.Fma(T.Load(Bias + c), plain, scaled);
                (T.Load(DScale + own + c) + scaled).Store(DScale + own + c);
            }
        }
    }
}
