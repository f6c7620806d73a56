using Rubato.Tensors;
using Rubato.Tensors.Layers;

namespace Rubato.Networks;

/// <summary>
/// A network without levels: four wide convolutions at full resolution, each normalised over the whole sample, with the
/// embedded time added after the first. Several public repositories trained it on MNIST (28 x 28, 291,217 weights).
/// </summary>
/// <remarks>Immutable once built; evaluations may run on several threads.</remarks>
public sealed class PlainCnn : INetwork
{
    private const int Size = 28;
    private const int Frequencies = 16;
    private const int Hidden = 128;
    private static readonly int[] Channels = [1, 16, 32, 32, 16];

    private readonly Tensor _frequencies;
    private readonly Linear[] _time;
    private readonly Conv2d[] _convs;
    private readonly LayerNorm[] _norms;
    private readonly Conv2d _last;

    /// <summary>Reads the network from the root of its state dictionary, where it has the name <c>gt</c>.</summary>
    /// <exception cref="WeightsException">Tensors are missing, misshapen or unexpected; it lists all of them.</exception>
    public PlainCnn(Weights weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        weights.Ignore("beta_t");    // the noise schedule
        weights.Ignore("alpha_t");
        Weights net = weights["gt"], time = net["time_embed"].InFloat32, blocks = net["blocks"];
        int count = Channels.Length - 1;

        _frequencies = net.Read("frequencies", [Frequencies]);
        _time =
        [
            Linear.Load(time[0], 2 * Frequencies, Hidden),
            Linear.Load(time[2], Hidden, Hidden),
            Linear.Load(time[4], Hidden, Hidden),
            Linear.Load(time[6], Hidden, Channels[1]),
        ];
        _convs = [.. Enumerable.Range(0, count).Select(i => LoadConvolution(blocks[i]["net"][0], i))];
        _norms = [.. Enumerable.Range(0, count).Select(i => LoadNorm(blocks[i]["net"][1], Channels[i + 1]))];
        _last = Conv2d.Load(blocks[count].InFloat32, Channels[^1], Channels[0], kernel: 3, ConvOptions.Same(1));
        weights.Verify();
    }

    /// <inheritdoc/>
    public Shape SampleShape => [Channels[0], Size, Size];

    /// <inheritdoc/>
    /// <param name="x">[N, 1, 28, 28], data in [-0.5, 0.5].</param>
    /// <param name="times">[N], above 0 to 1: the number of the step divided by that of all steps.</param>
    /// <param name="conditions">[N] nulls: the network is unconditional.</param>
    public Tensor Evaluate(Tensor x, ReadOnlySpan<float> times, IReadOnlyList<Condition?> conditions)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(conditions);
        if (x.Shape.Rank != 4 || Shape.Create([.. x.Shape.Skip(1)]) != SampleShape)
            throw new ArgumentException($"Samples of {SampleShape} are expected, not {x.Shape}.", nameof(x));
        if (times.Length != x.Shape[0] || conditions.Count != x.Shape[0])
            throw new ArgumentException($"{x.Shape[0]} samples need as many times and conditions, "
                + $"not {times.Length} and {conditions.Count}.", nameof(times));
        if (conditions.Any(condition => condition is not null))
            throw new ArgumentException("This model is unconditional; it takes no class.", nameof(conditions));

        using Scope scope = Scope.Begin();
        Tensor h = Block(0, x.ToChannelsLast()) + Embed(times).Reshape(-1, 1, 1, Channels[1]);
        for (int i = 1; i < _convs.Length; i++) h = Block(i, h);
        return scope.Keep(_last.Forward(h).ToChannelsFirst());
    }

    private Tensor Block(int i, Tensor x)
    {
        using Scope scope = Scope.Begin();
        return scope.Keep(_norms[i].Forward(_convs[i].Forward(x)).Gelu());
    }

    /// <returns>[N, 16]</returns>
    private Tensor Embed(ReadOnlySpan<float> times)
    {
        Tensor phases = Tensor.Empty([times.Length, 2 * Frequencies]);
        ReadOnlySpan<float> frequencies = _frequencies.AsSpan();
        for (int n = 0; n < times.Length; n++)
        {
            Span<float> row = phases.AsSpan().Slice(n * 2 * Frequencies, 2 * Frequencies);
            for (int i = 0; i < Frequencies; i++)
            {
                float angle = times[n] * frequencies[i];
                row[i] = (float)Math.Sin(angle);
                row[Frequencies + i] = (float)(Math.Cos(angle) - 1);
            }
        }

        Tensor e = phases;
        foreach (Linear layer in _time[..^1]) e = layer.Forward(e, Activation.Gelu);
        return _time[^1].Forward(e);
    }

    /// <summary>The first one sees the picture itself.</summary>
    private static Conv2d LoadConvolution(Weights w, int i)
        => Conv2d.Load(i == 0 ? w.InFloat32 : w, Channels[i], Channels[i + 1], kernel: 7, ConvOptions.Same(3));

    /// <summary>The norm's factors are stored as [C, H, W]; pictures are [H, W, C] here.</summary>
    private static LayerNorm LoadNorm(Weights w, int channels)
    {
        const float Epsilon = 1e-5f;
        Shape stored = [channels, Size, Size];
        return new LayerNorm(w.Read("weight", stored).Permute(1, 2, 0), w.Read("bias", stored).Permute(1, 2, 0),
            [Size, Size, channels], Epsilon);
    }
}
