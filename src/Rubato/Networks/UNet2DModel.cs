using Rubato.Networks.Layers;
using Rubato.Tensors;
using Rubato.Tensors.Layers;

namespace Rubato.Networks;

/// <summary>
/// The U-Net of DDPM and its kin: of unconditional and class-conditional models of small pictures, from
/// google/ddpm-cifar10-32 to consistency models and NCSN++. Ho et al. 2020, arXiv:2006.11239, appendix B;
/// tensors and options as in the class of that name in the diffusers library.
/// </summary>
/// <remarks>Immutable once built; evaluations may run on several threads.</remarks>
public sealed class UNet2DModel : INetwork
{
    private readonly UNet2DOptions _options;
    private readonly Func<float[], Tensor> _timeProjection;
    private readonly TimestepEmbedding _timeEmbedding;
    private readonly UNet2DClassEmbedding? _classEmbedding;
    private readonly Conv2d _convIn, _convOut;
    private readonly GroupNorm _normOut;
    private readonly IDownBlock[] _down;
    private readonly MidBlock? _mid;
    private readonly IUpBlock[] _up;

    /// <summary>Reads the network from the root of its state dictionary.</summary>
    /// <param name="weights">
    /// The root; everything below it must belong to the network. Its precision is that of the blocks: convolutions at the
    /// picture's end and layers of levels and classes are float32 in any case.
    /// </param>
    /// <param name="options">The configuration.</param>
    /// <exception cref="ArgumentException">Options contradict each other.</exception>
    /// <exception cref="WeightsException">Tensors are missing, misshapen or unexpected; it lists all of them.</exception>
    public UNet2DModel(Weights weights, UNet2DOptions options)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(options);
        options.RequireConsistent();
        _options = options;
        var plan = new UNet2DPlan(options);
        int first = options.BlockOutChannels[0], lowest = options.BlockOutChannels[^1];

        _convIn = Conv2d.Load(weights["conv_in"].InFloat32, options.InChannels, first, kernel: 3, ConvOptions.Same(1));
        _timeProjection = plan.TimeProjection(weights["time_proj"]);
        int told = options.ReadsLength ? 2 : 1;   // numbers of a level
        _timeEmbedding = new TimestepEmbedding(weights["time_embedding"].InFloat32, told * plan.TimeWidth, plan.EmbeddingWidth);
        if (options.ClassEmbedding != ClassEmbedding.None)
            _classEmbedding = new UNet2DClassEmbedding(weights["class_embedding"].InFloat32, options, plan, _timeProjection);
        _down = [.. options.DownBlockTypes.Select((_, i) => plan.DownBlock(weights["down_blocks"][i], i))];
        if (options.MidBlock)
            _mid = new MidBlock(weights["mid_block"], lowest, plan.MidResnet, options.AddAttention ? plan.MidAttention : null);
        _up = [.. options.UpBlockTypes.Select((_, i) => plan.UpBlock(weights["up_blocks"][i], i))];
        _normOut = GroupNorm.Load(weights["conv_norm_out"], first, plan.GroupsOf(first), (float)options.NormEps);
        _convOut = Conv2d.Load(weights["conv_out"].InFloat32, first, options.OutChannels, kernel: 3, ConvOptions.Same(1));
        weights.Verify();
    }

    /// <summary>The configuration that the network was built from.</summary>
    public UNet2DOptions Options => _options;

    /// <inheritdoc/>
    /// <remarks>A network that reads more channels than it predicts takes the others from a <see cref="StructureCondition"/>.</remarks>
    public Shape SampleShape
        => [_options.InChannels - _options.StructureChannels, _options.SampleSize.Height, _options.SampleSize.Width];

    /// <inheritdoc/>
    /// <param name="x">[N, C, H, W]; H and W, of any size, are multiples of 2^(levels - 1).</param>
    /// <param name="times">
    /// [N]: numbers of steps, 0 to 999 in most models; with a Fourier embedding sigma, above 0.
    /// </param>
    /// <param name="conditions">
    /// [N]: a <see cref="ClassLabel"/> or a <see cref="ClassVector"/> where the model is conditional, null for
    /// <see cref="UNet2DOptions.NullClass"/>; in a <see cref="StructureCondition"/> where there is structure. Without one
    /// its channels are 0.
    /// </param>
    public Tensor Evaluate(Tensor x, ReadOnlySpan<float> times, IReadOnlyList<Condition?> conditions)
        => Evaluate(x, times, conditions, observe: null);

    /// <param name="x">[N, C, H, W]</param>
    /// <param name="times">[N]</param>
    /// <param name="conditions">[N]</param>
    /// <param name="observe">Sees what each module gives out, pictures as [N, H, W, C], by the module's name.</param>
    internal Tensor Evaluate(
        Tensor x, ReadOnlySpan<float> times, IReadOnlyList<Condition?> conditions, Action<string, Tensor>? observe)
    {
        float[]? lengths = LengthsOf(conditions);
        conditions = [.. conditions.Select(condition => condition is TrajectoryCondition own ? own.Content : condition)];
        RequireInputs(x, times, conditions);
        using Scope scope = Scope.Begin();
        Tensor embedding = Embed(times, lengths, [.. conditions.Select(SubjectOf)], observe)
            .Activate(_options.Activation);   // as every block would
        if (_options.StructureChannels > 0) x = Concatenation.Concat(1, x, StructureOf(conditions, x.Shape));
        Tensor picture = x.ToChannelsLast();
        if (_options.CenterInputSample) picture = 2 * picture - Tensor.Full([1], 1);

        var states = new Stack<Tensor>();
        Tensor h = _convIn.Forward(picture), seen = picture;
        observe?.Invoke("conv_in", h);
        states.Push(h);
        for (int i = 0; i < _down.Length; i++)
        {
            h = _down[i].Forward(h, embedding, states, ref seen);
            observe?.Invoke($"down_blocks.{i}", h);
        }

        h = _mid?.Forward(h, embedding) ?? h;
        observe?.Invoke("mid_block", h);
        Tensor? drawn = null;
        for (int i = 0; i < _up.Length; i++)
        {
            h = _up[i].Forward(h, embedding, states, ref drawn);
            observe?.Invoke($"up_blocks.{i}", h);
        }

        observe?.Invoke("conv_norm_out", _normOut.Forward(h));
        h = _convOut.Forward(_normOut.Forward(h, Activation.Silu), residual: drawn);
        if (_options.TimeEmbeddingType == TimeProjection.Fourier) h /= Tensor.From(times, [times.Length, 1, 1, 1]);
        return scope.Keep(h.ToChannelsFirst());
    }

    private Tensor Embed(
        ReadOnlySpan<float> times, float[]? lengths, IReadOnlyList<Condition?> conditions, Action<string, Tensor>? observe)
    {
        Tensor projected = _timeProjection(times.ToArray());
        if (lengths is not null) projected = Concatenation.Concat(1, projected, _timeProjection(lengths));
        observe?.Invoke("time_proj", projected);
        Tensor embedding = _timeEmbedding.Forward(projected);
        observe?.Invoke("time_embedding", embedding);
        return _classEmbedding is null ? embedding : embedding + _classEmbedding.Forward(conditions);
    }

    /// <returns>[N, S, H, W]</returns>
    private Tensor StructureOf(IReadOnlyList<Condition?> conditions, Shape state)
    {
        Tensor channels = Tensor.Zeros(state.With(1, _options.StructureChannels));
        for (int i = 0; i < conditions.Count; i++)
        {
            if (conditions[i] is not StructureCondition { Channels: var given }) continue;
            Span<float> own = channels.Rows(i, 1).AsSpan();
            if (given.Length != own.Length)
            {
                throw new ArgumentException($"This model takes {_options.StructureChannels} channels of structure, {own.Length} numbers "
                    + $"beside a state of {state}, not {given.Length}.", nameof(conditions));
            }

            given.Span.CopyTo(own);
        }

        return channels;
    }

    /// <summary>Lengths of the samples' trajectories; null where the network is told none.</summary>
    private float[]? LengthsOf(IReadOnlyList<Condition?> conditions)
    {
        if (conditions is null) return null;   // refused with all other inputs
        if (!conditions.All(condition => condition is TrajectoryCondition == _options.ReadsLength))
        {
            throw new ArgumentException(_options.ReadsLength ? "This model is told how long a trajectory is; conditions must say it."
                : "This model is not told how long a trajectory is; no condition may say it.", nameof(conditions));
        }

        return _options.ReadsLength ? [.. conditions.Cast<TrajectoryCondition>().Select(condition => condition.Length)] : null;
    }

    private static Condition? SubjectOf(Condition? condition)
        => condition is StructureCondition structured ? structured.Subject : condition;

    private void RequireInputs(Tensor x, ReadOnlySpan<float> times, IReadOnlyList<Condition?> conditions)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(conditions);
        int scale = 1 << (_options.BlockOutChannels.Count - 1), channels = SampleShape[0];
        if (x.Shape.Rank != 4 || x.Shape[1] != channels || x.Shape[2] % scale != 0 || x.Shape[3] % scale != 0)
            throw new ArgumentException(
                $"Samples [N, {channels}, H, W] with H and W in multiples of {scale} are expected, not {x.Shape}.", nameof(x));
        if (times.Length != x.Shape[0] || conditions.Count != x.Shape[0])
            throw new ArgumentException($"{x.Shape[0]} samples need as many times and conditions, "
                + $"not {times.Length} and {conditions.Count}.", nameof(times));
        if (_options.StructureChannels == 0 && conditions.Any(condition => condition is StructureCondition))
            throw new ArgumentException("This model reads its state alone; it takes no structure.", nameof(conditions));
        if (_classEmbedding is null && conditions.Any(condition => SubjectOf(condition) is not null))
            throw new ArgumentException("This model is unconditional; it takes no class.", nameof(conditions));
        if (_options.TimeEmbeddingType == TimeProjection.Fourier && times.IndexOfAnyExceptInRange(float.Epsilon, float.MaxValue) >= 0)
            throw new ArgumentException("This model takes sigma as its time, a number above 0.", nameof(times));
    }
}
