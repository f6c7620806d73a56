using Rubato.Networks;
using Rubato.Pipelines;

namespace Rubato.Training;

/// <summary>
/// Networks for training pictures by what matters most: widths, depth and where attention sits. Levels and classes scale
/// and shift every block. What nothing is said of is as in the bundled model of CIFAR-10.
/// </summary>
public sealed record TrainingArchitecture
{
    private const int HeadWidth = 32, MostGroups = 32, LeastGroupWidth = 2, LeastEmbedding = 192, AttendedSide = 16;

    /// <summary>Channels of each level, the full size first, each level half as large as the one before.</summary>
    public IReadOnlyList<int> Channels { get; init; } = [32, 64, 128];

    /// <summary>Residual blocks of a level on the way down; one more on the way up.</summary>
    public int Layers { get; init; } = 1;

    /// <summary>
    /// Sides of the levels that have attention, in pixels; null for all levels of at most 16. The middle always has it.
    /// </summary>
    public IReadOnlyList<int>? Attention { get; init; }

    /// <summary>Whether the network reads <see cref="Structure"/> beside the state.</summary>
    public bool Structured { get; init; }

    /// <summary>The network's options: of a class-conditional network with one class more, for no class.</summary>
    /// <exception cref="ArgumentException">The numbers do not fit each other or the pictures; the message says how.</exception>
    public UNet2DOptions For(TrainingPictures pictures)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        (int height, int width, int channels) = pictures.Size;
        int levels = Channels.Count, scale = 1 << (levels - 1);
        if (levels == 0 || Channels.Any(count => count < 1 || count % LeastGroupWidth != 0))
            throw new ArgumentException($"Channels of each level must be multiples of {LeastGroupWidth}.");
        if (height % scale != 0 || width % scale != 0)
            throw new ArgumentException($"Pictures of {width} x {height} cannot be halved {levels - 1} times; name fewer levels.");
        int[] sides = [.. Enumerable.Range(0, levels).Select(level => height >> level)];
        IReadOnlyList<int> attended = Attention ?? [.. sides.Where(side => side <= AttendedSide)];
        if (attended.FirstOrDefault(side => !sides.Contains(side)) is int stray and > 0)
            throw new ArgumentException($"No level has a side of {stray}; there are {string.Join(", ", sides)}.");
        bool[] attends = [.. sides.Select(attended.Contains)];
        int common = Channels.Aggregate(Gcd), head = Math.Min(HeadWidth, common);
        if (Channels.Any(count => count % head != 0)) head = common;
        int groups = GroupsOf(common);
        return new UNet2DOptions
        {
            SampleSize = (height, width),
            InChannels = channels + (Structured ? Structure.Channels : 0),
            OutChannels = channels,
            BlockOutChannels = Channels,
            LayersPerBlock = Layers,
            DownBlockTypes = [.. attends.Select(a => a ? UNet2DDownBlock.AttnDownBlock2D : UNet2DDownBlock.DownBlock2D)],
            UpBlockTypes = [.. attends.Reverse().Select(a => a ? UNet2DUpBlock.AttnUpBlock2D : UNet2DUpBlock.UpBlock2D)],
            AttentionHeadDim = head,
            NormNumGroups = groups,
            AttnNormNumGroups = groups,
            ScaleShift = true,
            TimeEmbeddingDim = Math.Max(LeastEmbedding, 4 * Channels[0]),
            ClassEmbedding = ClassEmbedding.Table,
            NumClassEmbeds = pictures.Classes.Count + 1,
            NullClass = pictures.Classes.Count,
        };
    }

    /// <summary>As many groups as divide all levels, of at least two channels each in the narrowest.</summary>
    private static int GroupsOf(int common)
    {
        int groups = 1;
        while (groups < MostGroups && common % (2 * groups) == 0 && common / (2 * groups) >= LeastGroupWidth) groups *= 2;
        return groups;
    }

    private static int Gcd(int a, int b) => b == 0 ? a : Gcd(b, a % b);
}
