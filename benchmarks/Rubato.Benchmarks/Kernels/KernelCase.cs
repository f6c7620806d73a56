using Rubato.Tensors;
using Rubato.Tensors.Layers;

namespace Rubato.Benchmarks.Kernels;

/// <summary>A piece of work that engine and peer both know by its name.</summary>
/// <param name="Name">The operation and its sizes; the whole of what a peer is told.</param>
/// <param name="Operations">Floating-point operations; null where memory and not arithmetic is the limit.</param>
/// <param name="Plain">The operation with its bias alone, which the peer does too.</param>
/// <param name="Full">The same with SiLU and a residual; null where there is no such form.</param>
internal sealed record KernelCase(string Name, double? Operations, Action Plain, Action? Full)
{
    public static IEnumerable<KernelCase> All =>
    [
        .. Forward(Precision.Float32), Norm(64, 320), .. Forward(Precision.BFloat16),
        .. Training(64, 32, 32), .. Training(64, 64, 16), .. Training(64, 128, 8), .. Training(64, 256, 4),
        AttendBackwards(64, 64, 4, 32), AttendBackwards(64, 256, 4, 32),
        NormBackwards(64, 32, 32), NormBackwards(64, 8, 128),
    ];

    /// <summary>What the products are computed in.</summary>
    public Precision Precision { get; init; }

    private static IEnumerable<KernelCase> Forward(Precision precision) =>
    [
        MatMul(1024, 1024, 1024, precision), MatMul(4096, 320, 320, precision), MatMul(4096, 320, 2880, precision),
        MatMul(4096, 2560, 320, precision), MatMul(256, 1280, 1280, precision), MatMul(256, 64, 64, precision),
        MatMul(2048, 2048, 2048, precision),
        Conv(1, 320, 64, precision), Conv(1, 640, 32, precision), Conv(1, 1280, 16, precision), Conv(1, 1280, 8, precision),
        Conv(1, 64, 32, precision), Conv(16, 64, 32, precision), Conv(16, 128, 16, precision), Conv(16, 128, 32, precision),
        Attend(4096, 8, 40, precision), Attend(4096, 8, 64, precision), Attend(1024, 10, 64, precision), Attend(256, 8, 64, precision),
    ];

    /// <summary>The three products of a convolution in a training step.</summary>
    private static IEnumerable<KernelCase> Training(int batch, int channels, int size)
    {
        ConvOptions options = ConvOptions.Same(1);
        Tensor x = Random(batch, size, size, channels), dy = Random(batch, size, size, channels);
        Tensor weight = Random(channels, channels, 3, 3), gradient = Random(channels, channels, 3, 3);
        string sizes = $"{batch} {channels} {size}";
        double operations = 18.0 * batch * size * size * channels * channels;
        yield return Conv(batch, channels, size, Precision.Float32);
        yield return new KernelCase($"conv input gradient {sizes}", operations,
            InScope(() => Conv2dGradient.Input(dy, weight, options, size, size)), Full: null);
        yield return new KernelCase($"conv weight gradient {sizes}", operations,
            () => Conv2dGradient.Weight(x, dy, options, gradient), Full: null);
    }

    private static KernelCase MatMul(int m, int n, int k, Precision precision)
    {
        Tensor x = Random(m, k), residual = Random(m, n);
        var layer = new Linear(Random(n, k), Random(n), precision);
        return new KernelCase($"{Prefix(precision)}matmul {m} {n} {k}", 2.0 * m * n * k,
            InScope(() => layer.Forward(x)), InScope(() => layer.Forward(x, Activation.Silu, residual)))
        { Precision = precision };
    }

    private static KernelCase Conv(int batch, int channels, int size, Precision precision)
    {
        Tensor x = Random(batch, size, size, channels), residual = Random(batch, size, size, channels);
        var layer = new Conv2d(Random(channels, channels, 3, 3), Random(channels), ConvOptions.Same(1), precision);
        return new KernelCase($"{Prefix(precision)}conv {batch} {channels} {size}", 18.0 * batch * size * size * channels * channels,
            InScope(() => layer.Forward(x)), InScope(() => layer.Forward(x, Activation.Silu, residual)))
        { Precision = precision };
    }

    private static KernelCase Attend(int tokens, int heads, int depth, Precision precision)
    {
        Tensor q = Random(1, tokens, heads * depth), k = Random(1, tokens, heads * depth), v = Random(1, tokens, heads * depth);
        return new KernelCase($"{Prefix(precision)}attention {tokens} {heads} {depth}", 4.0 * tokens * tokens * heads * depth,
            InScope(() => Attention.Forward(q, k, v, heads, precision: precision)), Full: null)
        { Precision = precision };
    }

    /// <summary>Five products, where the forward pass has two.</summary>
    private static KernelCase AttendBackwards(int batch, int tokens, int heads, int depth)
    {
        Tensor q = Random(batch, tokens, heads * depth), k = Random(batch, tokens, heads * depth);
        Tensor v = Random(batch, tokens, heads * depth), dy = Random(batch, tokens, heads * depth);
        return new KernelCase($"attention gradient {batch} {tokens} {heads} {depth}", 10.0 * batch * tokens * tokens * heads * depth,
            InScope(() => AttentionGradient.Compute(q, k, v, heads, mask: null, causal: false, scale: null, dy)), Full: null);
    }

    /// <summary>Group norm and SiLU in one.</summary>
    private static KernelCase NormBackwards(int batch, int size, int channels)
    {
        Tensor x = Random(batch, size, size, channels), dy = Random(batch, size, size, channels);
        Tensor weight = Random(channels), bias = Random(channels), dWeight = Random(channels), dBias = Random(channels);
        return new KernelCase($"groupnorm gradient {batch} {size} {channels}", Operations: null, InScope(() => GroupNormGradient.Compute(
            x, dy, weight, bias, 32, 1e-5f, Activation.Silu, null, null, dWeight, dBias, null, null)), Full: null);
    }

    /// <summary>Group norm and SiLU in one.</summary>
    private static KernelCase Norm(int size, int channels)
    {
        Tensor x = Random(1, size, size, channels);
        var layer = new GroupNorm(Random(channels), Random(channels), channels, groups: 32, eps: 1e-5f);
        return new KernelCase($"groupnorm {size} {channels}", Operations: null, InScope(() => layer.Forward(x, Activation.Silu)), Full: null);
    }

    private static string Prefix(Precision precision) => precision == Precision.BFloat16 ? "bf16 " : "";

    /// <summary>Results go back to the pool, as in a network.</summary>
    private static Action InScope(Action work) => () =>
    {
        using Scope scope = Scope.Begin();
        work();
    };

    private static Tensor Random(params ReadOnlySpan<int> shape)
    {
        var random = new System.Random(1);
        Tensor tensor = Tensor.Empty(Shape.Create(shape));
        foreach (ref float value in tensor.AsSpan()) value = random.NextSingle() - 0.5f;
        return tensor;
    }
}
