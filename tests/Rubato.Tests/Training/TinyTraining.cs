using Rubato.Networks;
using Rubato.Tensors;
using Rubato.Training;

namespace Rubato.Tests.Training;

/// <summary>Pictures and networks that train in milliseconds.</summary>
internal static class TinyTraining
{
    /// <summary>Pictures of three classes: bright left, bright top, bright in the middle, each with spots of its own.</summary>
    public static TrainingPictures Pictures(int count = 24, int side = 4)
    {
        byte[] pixels = new byte[count * side * side * 3];
        int[] labels = [.. Enumerable.Range(0, count).Select(i => i % 3)];
        var random = new Random(7);
        for (int i = 0; i < pixels.Length; i++)
        {
            (int picture, int at) = Math.DivRem(i / 3, side * side);
            (int y, int x) = Math.DivRem(at, side);
            bool bright = (picture % 3) switch
            {
                0 => x < side / 2,
                1 => y < side / 2,
                _ => Math.Abs(2 * x - side + 1) + Math.Abs(2 * y - side + 1) < side,
            };
            pixels[i] = (byte)((bright ? 180 : 40) + random.Next(40));
        }

        return new TrainingPictures("tiny", (side, side, 3), pixels, labels, ["left", "top", "middle"]);
    }

    /// <summary>One level, no attention: what <see cref="DoubleTraining"/> knows.</summary>
    public static UNet2DOptions OneLevel { get; } = new()
    {
        SampleSize = (4, 4),
        BlockOutChannels = [4],
        DownBlockTypes = [UNet2DDownBlock.DownBlock2D],
        UpBlockTypes = [UNet2DUpBlock.UpBlock2D],
        LayersPerBlock = 1,
        MidBlock = false,
        NormNumGroups = 2,
        ClassEmbedding = ClassEmbedding.Table,
        NumClassEmbeds = 4,
        NullClass = 3,
    };

    /// <summary>Two levels with attention in the lower one and the middle.</summary>
    public static UNet2DOptions TwoLevels => new TrainingArchitecture { Channels = [8, 8], Attention = [2] }.For(Pictures());

    public static TrainingOptions Options { get; } = new()
    {
        Precision = Precision.Float32,
        Batch = 4,
        MicroBatch = 4,
        Rate = 3e-3,
        WarmUp = 100,
        Pictures = 8_000,
        Seed = 5,
    };
}
