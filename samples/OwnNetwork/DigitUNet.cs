using Rubato.Networks;
using Rubato.Tensors;
using Rubato.Tensors.Layers;

namespace OwnNetwork;

/// <summary>
/// A small U-Net for 28 x 28 digits that somebody else designed and trained: github.com/BrianPulfer/PapersReimplementations,
/// folder ddpm. Three levels, joined by convolutions of stride 2 and their transposes; the time is a row of a table.
/// </summary>
/// <remarks>
/// Everything that a network needs of Rubato is here: the constructor walks the names of the checkpoint, and
/// <see cref="Evaluate"/> is the picture of the network.
/// </remarks>
public sealed class DigitUNet : INetwork
{
    private static readonly ConvOptions Halve = new() { Stride = (2, 2), Padding = (1, 1, 1, 1) };
    private static readonly ConvTransposeOptions Double = new() { Stride = (2, 2), Padding = (1, 1) };

    private readonly Embedding _times;
    private readonly Stage _stage1, _stage2, _stage3, _middle, _stage4, _stage5, _out;
    private readonly Conv2d _down1, _down2, _down3First, _down3Second, _convOut;
    private readonly ConvTranspose2d _up1First, _up1Second, _up2, _up3;

    /// <summary>Reads the network from the root of its state dictionary.</summary>
    /// <exception cref="WeightsException">Tensors are missing, misshapen or unexpected; it lists all of them.</exception>
    public DigitUNet(Weights weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        _times = Embedding.Load(weights["time_embed"], rows: 1000, Stage.TimeWidth);
        _stage1 = new Stage(weights, "1", size: 28, [1, 10, 10, 10]);
        _down1 = Conv2d.Load(weights["down1"], 10, 10, kernel: 4, Halve);
        _stage2 = new Stage(weights, "2", size: 14, [10, 20, 20, 20]);
        _down2 = Conv2d.Load(weights["down2"], 20, 20, kernel: 4, Halve);
        _stage3 = new Stage(weights, "3", size: 7, [20, 40, 40, 40]);
        _down3First = Conv2d.Load(weights["down3"][0], 40, 40, kernel: 2, ConvOptions.Same(0));
        _down3Second = Conv2d.Load(weights["down3"][2], 40, 40, kernel: 4, Halve);
        _middle = new Stage(weights, "_mid", size: 3, [40, 20, 20, 40]);
        _up1First = ConvTranspose2d.Load(weights["up1"][0], 40, 40, kernel: 4, Double);
        _up1Second = ConvTranspose2d.Load(weights["up1"][2], 40, 40, kernel: 2, new ConvTransposeOptions());
        _stage4 = new Stage(weights, "4", size: 7, [80, 40, 20, 20]);
        _up2 = ConvTranspose2d.Load(weights["up2"], 20, 20, kernel: 4, Double);
        _stage5 = new Stage(weights, "5", size: 14, [40, 20, 10, 10]);
        _up3 = ConvTranspose2d.Load(weights["up3"], 10, 10, kernel: 4, Double);
        _out = new Stage(weights, "_out", size: 28, [20, 10, 10, 10], normaliseLast: false);
        _convOut = Conv2d.Load(weights["conv_out"], 10, 1, kernel: 3, ConvOptions.Same(1));
        weights.Verify();
    }

    /// <inheritdoc/>
    public Shape SampleShape => [1, 28, 28];

    /// <inheritdoc/>
    /// <param name="x">[N, 1, 28, 28], data in [-1, 1].</param>
    /// <param name="times">[N], numbers of steps: 0 to 999.</param>
    /// <param name="conditions">[N] nulls: the network is unconditional.</param>
    public Tensor Evaluate(Tensor x, ReadOnlySpan<float> times, IReadOnlyList<Condition?> conditions)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(conditions);
        if (x.Shape.Rank != 4 || x.Shape != SamplesOf(x.Shape[0]) || times.Length != x.Shape[0] || conditions.Count != x.Shape[0])
            throw new ArgumentException($"Samples [N, 1, 28, 28] with N times and conditions are expected, not {x.Shape}.", nameof(x));
        if (conditions.Any(condition => condition is not null))
            throw new ArgumentException("This model is unconditional; it takes no class.", nameof(conditions));

        using Scope scope = Scope.Begin();   // frees all that is not kept
        Tensor time = _times.Forward(Array.ConvertAll(times.ToArray(), t => (int)t));
        Tensor level1 = _stage1.Forward(x.ToChannelsLast(), time);
        Tensor level2 = _stage2.Forward(_down1.Forward(level1), time);
        Tensor level3 = _stage3.Forward(_down2.Forward(level2), time);
        Tensor h = _middle.Forward(_down3Second.Forward(_down3First.Forward(level3, Activation.Silu)), time);
        h = _up1Second.Forward(_up1First.Forward(h, Activation.Silu));
        h = _stage4.Forward(Concatenation.Concat(-1, level3, h), time);
        h = _stage5.Forward(Concatenation.Concat(-1, level2, _up2.Forward(h)), time);
        h = _out.Forward(Concatenation.Concat(-1, level1, _up3.Forward(h)), time);
        return scope.Keep(_convOut.Forward(h).ToChannelsFirst());
    }

    private static Shape SamplesOf(int count) => [count, 1, 28, 28];
}
