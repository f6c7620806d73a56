using System.Runtime.CompilerServices;
using Rubato.Tensors;

namespace Rubato.Networks;

/// <summary>Kinds of levels on the way down of a <see cref="UNet2DModel"/>, by the names of the configurations.</summary>
public enum UNet2DDownBlock
{
    /// <summary>Residual blocks; a convolution of stride 2.</summary>
    DownBlock2D,

    /// <summary>Residual blocks with attention; the step down of <see cref="UNet2DOptions.DownsampleType"/>.</summary>
    AttnDownBlock2D,

    /// <summary>Residual blocks; a residual block makes the step down.</summary>
    ResnetDownsampleBlock2D,

    /// <summary>NCSN++: residual blocks that look at the smoothed picture after the step down.</summary>
    SkipDownBlock2D,

    /// <summary>NCSN++ with attention.</summary>
    AttnSkipDownBlock2D,
}

/// <summary>Kinds of levels on the way up of a <see cref="UNet2DModel"/>, by the names of the configurations.</summary>
public enum UNet2DUpBlock
{
    /// <summary>Residual blocks; each pixel four times and a convolution.</summary>
    UpBlock2D,

    /// <summary>Residual blocks with attention; the step up of <see cref="UNet2DOptions.UpsampleType"/>.</summary>
    AttnUpBlock2D,

    /// <summary>Residual blocks; a residual block makes the step up.</summary>
    ResnetUpsampleBlock2D,

    /// <summary>NCSN++: residual blocks that add to the picture that is drawn.</summary>
    SkipUpBlock2D,

    /// <summary>NCSN++ with attention.</summary>
    AttnSkipUpBlock2D,
}

/// <summary>What steps between the levels with attention are made of.</summary>
public enum UNet2DStep
{
    /// <summary>A convolution.</summary>
    Conv,

    /// <summary>A residual block.</summary>
    Resnet,
}

/// <summary>How a network sees the time that it is told.</summary>
public enum TimeProjection
{
    /// <summary>Sines and cosines of the step's number.</summary>
    Positional,

    /// <summary>Sines and cosines of the logarithm of sigma, at frequencies that the checkpoint holds.</summary>
    Fourier,

    /// <summary>A row of a table, by the step's number.</summary>
    Learned,
}

/// <summary>How a network is told the class of a sample.</summary>
public enum ClassEmbedding
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>A row of a table: <c>num_class_embeds</c> without <c>class_embed_type</c>.</summary>
    Table,

    /// <summary>Its number, projected like a time.</summary>
    Timestep,

    /// <summary>A vector that is added to the embedding as it is: a <see cref="ClassVector"/>.</summary>
    Identity,
}

/// <summary>
/// The configuration of a <see cref="UNet2DModel"/>. Names, meanings and defaults are those of the class of the same
/// name in the diffusers library, without <c>dropout</c>, which acts in training only.
/// </summary>
public sealed record UNet2DOptions
{
    /// <summary>Height and width of a sample, 1 to 4096 each (<c>sample_size</c>).</summary>
    public required (int Height, int Width) SampleSize
    {
        get;
        init => field = (InRange(value.Height, 1, 4096), InRange(value.Width, 1, 4096));
    }

    /// <summary>Channels of a sample, 1 to 64.</summary>
    public int InChannels { get; init => field = InRange(value, 1, 64); } = 3;

    /// <summary>
    /// Channels that are read and not predicted: they describe the picture's structure, or, in models of super-resolution,
    /// its coarse version, and follow those of the state.
    /// </summary>
    public int StructureChannels => Math.Max(0, InChannels - OutChannels);

    /// <summary>Channels of the prediction, 1 to 64: twice those of a sample where variances are predicted too.</summary>
    public int OutChannels { get; init => field = InRange(value, 1, 64); } = 3;

    /// <summary>Whether the sample is in [0, 1] and is moved to [-1, 1] first.</summary>
    public bool CenterInputSample { get; init; }

    /// <summary>How times are seen.</summary>
    public TimeProjection TimeEmbeddingType { get; init; } = TimeProjection.Positional;

    /// <summary>Width of the embedded time, 1 to 32768; null: four times the first of <see cref="BlockOutChannels"/>.</summary>
    public int? TimeEmbeddingDim { get; init => field = value is { } width ? InRange(width, 1, 32768) : null; }

    /// <summary>Positional: the last frequency's distance from 1 / 10000, 0 to 1.</summary>
    public double FreqShift { get; init => field = InRange(value, 0, 1); }

    /// <summary>Positional: cosines stand before sines.</summary>
    public bool FlipSinToCos { get; init; } = true;

    /// <summary>The levels on the way down, the highest resolution first, 1 to 16.</summary>
    public IReadOnlyList<UNet2DDownBlock> DownBlockTypes { get; init => field = Levels(value); } =
        [UNet2DDownBlock.DownBlock2D, UNet2DDownBlock.AttnDownBlock2D, UNet2DDownBlock.AttnDownBlock2D, UNet2DDownBlock.AttnDownBlock2D];

    /// <summary>Whether there is a middle block (<c>mid_block_type</c> is not null).</summary>
    public bool MidBlock { get; init; } = true;

    /// <summary>The levels on the way up, the lowest resolution first; as many as on the way down.</summary>
    public IReadOnlyList<UNet2DUpBlock> UpBlockTypes { get; init => field = Levels(value); } =
        [UNet2DUpBlock.AttnUpBlock2D, UNet2DUpBlock.AttnUpBlock2D, UNet2DUpBlock.AttnUpBlock2D, UNet2DUpBlock.UpBlock2D];

    /// <summary>Channels of each level, the highest resolution first; as many as levels, 1 to 8192 each.</summary>
    public IReadOnlyList<int> BlockOutChannels
    {
        get;
        init => field = Levels([.. value.Select(channels => InRange(channels, 1, 8192))]);
    } = [224, 448, 672, 896];

    /// <summary>Residual blocks of a level on the way down, 1 to 32; on the way up there is one more.</summary>
    public int LayersPerBlock { get; init => field = InRange(value, 1, 32); } = 2;

    /// <summary>What the middle block's results are divided by, 0.01 to 100.</summary>
    public double MidBlockScaleFactor { get; init => field = InRange(value, 0.01, 100); } = 1;

    /// <summary>Zeros around the picture in a convolution of stride 2: 1, or 0 for one row and column at the end.</summary>
    public int DownsamplePadding { get; init => field = InRange(value, 0, 1); } = 1;

    /// <summary>The step down of levels with attention.</summary>
    public UNet2DStep DownsampleType { get; init; } = UNet2DStep.Conv;

    /// <summary>The step up of levels with attention.</summary>
    public UNet2DStep UpsampleType { get; init; } = UNet2DStep.Conv;

    /// <summary>The activation of the residual blocks (<c>act_fn</c>).</summary>
    public Activation Activation { get; init; } = Activation.Silu;

    /// <summary>Channels of an attention head, 1 to 8192; null: one head has all channels.</summary>
    public int? AttentionHeadDim { get; init => field = value is { } width ? InRange(width, 1, 8192) : null; } = 8;

    /// <summary>Groups of the norms, 1 to 8192; null for networks of NCSN++ levels, where they follow from the channels.</summary>
    public int? NormNumGroups { get; init => field = value is { } groups ? InRange(groups, 1, 8192) : null; } = 32;

    /// <summary>
    /// Groups of the norm of the middle attention, 1 to 8192; null: those of the middle block, or no norm where
    /// <see cref="ScaleShift"/> is set.
    /// </summary>
    public int? AttnNormNumGroups { get; init => field = value is { } groups ? InRange(groups, 1, 8192) : null; }

    /// <summary>What norms add to a variance, 1e-12 to 1.</summary>
    public double NormEps { get; init => field = InRange(value, 1e-12, 1); } = 1e-5;

    /// <summary>The embedding scales and shifts (<c>resnet_time_scale_shift</c>: scale_shift) instead of being added.</summary>
    public bool ScaleShift { get; init; }

    /// <summary>Whether the middle block has attention.</summary>
    public bool AddAttention { get; init; } = true;

    /// <summary>How the class is told.</summary>
    public ClassEmbedding ClassEmbedding { get; init; } = ClassEmbedding.None;

    /// <summary>Rows of the class table, 1 to 1,000,000; needed with <see cref="Networks.ClassEmbedding.Table"/>.</summary>
    public int? NumClassEmbeds { get; init => field = value is { } rows ? InRange(rows, 1, 1_000_000) : null; }

    /// <summary>
    /// The class that stands for no class, where the network was trained with one; null: a class must be given.
    /// Ours: configurations of diffusers have no such key.
    /// </summary>
    public int? NullClass { get; init => field = value is { } index ? InRange(index, 0, 1_000_000) : null; }

    /// <summary>Rows of the time table, 1 to 1,000,000; needed with <see cref="TimeProjection.Learned"/>.</summary>
    public int? NumTrainTimesteps { get; init => field = value is { } rows ? InRange(rows, 1, 1_000_000) : null; }

    /// <summary>
    /// Whether the network is told the length of a sample's trajectory beside its time, in a <see cref="TrajectoryCondition"/>: projected
    /// as the time is, it stands behind it in the first layer of the embedding. Ours: configurations of diffusers have no such key.
    /// </summary>
    internal bool ReadsLength { get; init; }

    /// <summary>Checks what no property can see alone.</summary>
    /// <exception cref="ArgumentException">Two options contradict each other.</exception>
    internal void RequireConsistent()
    {
        int levels = BlockOutChannels.Count;
        Require(DownBlockTypes.Count == levels && UpBlockTypes.Count == levels,
            $"{DownBlockTypes.Count} levels down and {UpBlockTypes.Count} up need as many entries of block_out_channels, not {levels}");
        Require(ClassEmbedding != ClassEmbedding.Table || NumClassEmbeds is not null, "a class table needs num_class_embeds");
        Require(NullClass is null || NullClass < (NumClassEmbeds ?? int.MaxValue), "null_class must be one of the num_class_embeds");
        Require(TimeEmbeddingType != TimeProjection.Learned || NumTrainTimesteps is not null,
            "a learned time embedding needs num_train_timesteps");
        Require(TimeEmbeddingType != TimeProjection.Positional || BlockOutChannels[0] >= 4,
            "a positional time embedding needs at least 4 channels at the first level");
        Require(!ReadsLength || TimeEmbeddingType == TimeProjection.Positional,
            "the length of a trajectory needs a positional time embedding");
        bool looks = DownBlockTypes.Any(IsSkip), draws = UpBlockTypes.Any(IsSkip);
        Require(!looks || InChannels == 3, "the Skip blocks look at pictures of 3 channels; in_channels differs");
        Require(!draws || OutChannels == 3, "the Skip blocks draw pictures of 3 channels; out_channels differs");
        Require(NormNumGroups is not null || (DownBlockTypes.All(IsSkip) && UpBlockTypes.All(IsSkip)),
            "only networks of Skip blocks can do without norm_num_groups");
    }

    internal static bool IsSkip(UNet2DDownBlock type) => type is UNet2DDownBlock.SkipDownBlock2D or UNet2DDownBlock.AttnSkipDownBlock2D;

    internal static bool IsSkip(UNet2DUpBlock type) => type is UNet2DUpBlock.SkipUpBlock2D or UNet2DUpBlock.AttnSkipUpBlock2D;

    private static void Require(bool holds, string otherwise)
    {
        if (!holds) throw new ArgumentException(otherwise);
    }

    private static T InRange<T>(T value, T min, T max, [CallerMemberName] string name = "")
        where T : IComparable<T>
        => value.CompareTo(min) >= 0 && value.CompareTo(max) <= 0 ? value
            : throw new ArgumentOutOfRangeException(name, value, $"must be from {min} to {max}");

    private static IReadOnlyList<T> Levels<T>(IReadOnlyList<T> value, [CallerMemberName] string name = "")
        => value.Count is >= 1 and <= 16 ? [.. value]
            : throw new ArgumentOutOfRangeException(name, value.Count, "a network has from 1 to 16 levels");
}
