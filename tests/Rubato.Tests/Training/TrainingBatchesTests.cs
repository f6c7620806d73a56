using Rubato.Imaging;
using Rubato.Networks;
using Rubato.Processes;
using Rubato.Training;

namespace Rubato.Tests.Training;

public sealed class TrainingBatchesTests
{
    private static readonly TrainingPictures Pictures = TinyTraining.Pictures(count: 30);
    private static readonly TrainingOptions Options = TinyTraining.Options;

    [Fact]
    public void Every_epoch_shows_each_picture_once_in_an_order_of_its_own()
    {
        TrainingBatches batches = New();
        int[][] epochs = [.. Enumerable.Range(0, 3).Select(epoch
            => Enumerable.Range(0, 30).Select(i => batches.PictureAt(30L * epoch + i)).ToArray())];

        Assert.All(epochs, epoch => Assert.Equal(Enumerable.Range(0, 30), epoch.Order()));
        Assert.Equal(3, epochs.Select(epoch => string.Join(',', epoch)).Distinct().Count());
    }

    [Fact]
    public void A_batch_depends_on_nothing_but_its_number()
    {
        TrainingBatches batches = New();
        batches.Read(4096, 0, 8, 8);
        TrainingBatch after = batches.Read(64, 0, 8, 8), fresh = New().Read(64, 0, 8, 8), part = New().Read(64, 5, 3, 8);

        Assert.Equal(fresh.Noisy.ToArray(), after.Noisy.ToArray());
        Assert.Equal(fresh.Times, after.Times);
        Assert.Equal(fresh.Conditions, after.Conditions);
        Assert.Equal(fresh.Noisy.Rows(5, 3).ToArray(), part.Noisy.ToArray());
        Assert.Equal(fresh.Target.Rows(5, 3).ToArray(), part.Target.ToArray());
        Assert.Equal(fresh.Times[5..], part.Times);
    }

    [Fact]
    public void The_state_and_its_target_hold_a_picture_as_it_is_or_mirrored_and_normal_noise()
    {
        const int Count = 400;
        TrainingBatch batch = New().Read(0, 0, Count, Count);
        int mirrored = 0;
        var noise = new List<double>();
        for (int n = 0; n < Count; n++)
        {
            Level level = Trainer.Process.AtStep(batch.Times[n]);
            float[] x = batch.Noisy.Rows(n, 1).ToArray(), v = batch.Target.Rows(n, 1).ToArray();
            int[] clean = [.. x.Zip(v, (a, b) => (int)Math.Round((level.Alpha * a - level.Sigma * b + 1) * 127.5))];
            noise.AddRange(x.Zip(v, (a, b) => level.Sigma * a + level.Alpha * b));
            int picture = New().PictureAt(n);
            bool same = clean.SequenceEqual(Planes(picture, mirror: false));
            Assert.True(same || clean.SequenceEqual(Planes(picture, mirror: true)), $"picture {n} is none of the set");
            if (!same) mirrored++;
        }

        Assert.InRange(mirrored, 150, 250);   // 5 standard deviations around 200
        Assert.Equal(0, noise.Average(), 5 / Math.Sqrt(noise.Count));
        Assert.Equal(1, noise.Average(e => e * e), 5 * Math.Sqrt(2.0 / noise.Count));
    }

    [Fact]
    public void Levels_lie_evenly_over_the_table_and_weigh_as_the_signal_to_noise_ratio_up_to_its_limit()
    {
        TrainingBatch batch = New().Read(128, 0, 16, 16);

        double[] places = [.. batch.Times.Select((time, i) => time / 999.0 * 16 - i)];
        Assert.All(places, place => Assert.Equal(places[0], place, 1e-4));
        Assert.InRange(places[0], 0, 1);
        for (int i = 0; i < 16; i++)
        {
            Level level = Trainer.Process.AtStep(batch.Times[i]);
            double snr = Math.Exp(2 * level.Lambda);
            // A squared error in v is (SNR + 1) / SNR... of one in x0: w_v (SNR + 1) = min(SNR, 5).
            Assert.Equal(Math.Min(snr, 5), batch.Weights[i] * (snr + 1), 1e-9 * snr);
        }
    }

    [Fact]
    public void A_tenth_of_the_classes_is_withheld()
    {
        const int Count = 4000;
        TrainingBatches batches = New();
        TrainingBatch batch = batches.Read(0, 0, Count, Count);

        Assert.InRange(batch.Conditions.Count(condition => condition is null), 305, 495);   // 5 standard deviations
        for (int i = 0; i < Count; i++)
            Assert.True(batch.Conditions[i] is not ClassLabel given || given.Index == Pictures.Label(batches.PictureAt(i)));
    }

    [Fact]
    public void Structure_is_shown_with_three_fifths_of_the_pictures_and_is_theirs()
    {
        var batches = new TrainingBatches(Pictures, Trainer.Process, Options, structured: true);
        TrainingBatch batch = batches.Read(0, 0, 1000, 1000);
        float[][] edges = [.. batch.Conditions.OfType<StructureCondition>().Select(condition => condition.Channels.ToArray()).Where(values => values[0] != 0)];

        Assert.InRange(edges.Length, 372, 528);                                                                  // 450, 5 standard deviations
        Assert.InRange(batch.Conditions.OfType<StructureCondition>().Count() - edges.Length, 94, 206);     // 150
        (int height, int width, int channels) = Pictures.Size;
        int mirrored = 0;
        for (int i = 0; i < 1000; i++)
        {
            if (batch.Conditions[i] is not StructureCondition { Channels: var values } || values.Span[0] == 0) continue;
            Sketch sketch = Sketch.OfPhoto(new Picture(width, height, channels, Pictures.Pixels(batches.PictureAt(i)).ToArray()));
            bool[] seen = [.. values.ToArray().Take(width * height).Select(value => value == 1)];
            if (!sketch.Lines.SequenceEqual(seen))
            {
                mirrored++;
                Assert.Equal(sketch.Mirrored().Lines.ToArray(), seen);
            }
        }

        Assert.InRange(mirrored, 1, edges.Length - 1);
    }

    private static TrainingBatches New() => new(Pictures, Trainer.Process, Options);

    private static int[] Planes(int picture, bool mirror)
    {
        byte[] pixels = Pictures.Pixels(picture).ToArray();
        return [.. Enumerable.Range(0, 48).Select(i =>
        {
            int c = i / 16, y = i % 16 / 4, x = i % 4;
            return (int)pixels[(y * 4 + (mirror ? 3 - x : x)) * 3 + c];
        })];
    }
}
