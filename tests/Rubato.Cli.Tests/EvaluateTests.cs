using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Rubato.Checkpoints;
using Rubato.Evaluation;
using Rubato.Imaging;
using Rubato.Networks;

namespace Rubato.Cli.Tests;

public sealed class EvaluateTests
{
    private static readonly string Shipped = Path.Combine(Shell.Repository, "models", "evaluation");

    [Fact]
    public async Task Folders_say_classes_and_the_numbers_are_those_of_the_library()
    {
        using var shell = new Shell();
        Picture[] pictures = WriteOneOfEachClass(shell.Of("set"));
        JsonElement judged = (await shell.RunAsync("evaluate", shell.Of("set"), "--json")).Json.GetProperty("resnet56");

        ClassifierOutput output = PictureClassifier.Load(Shipped).Classify(pictures);
        int right = output.Named.Index().Count(named => named.Item == named.Index);
        Assert.Equal((10, right), (judged.GetProperty("asked").GetInt32(), judged.GetProperty("named").GetInt32()));
        Assert.Equal(FrechetDistance.Between(FeatureStatistics.Of([output.Features]), CifarReference.Load(Shipped).Training),
            judged.GetProperty("frechet_distance").GetDouble(), 1e-3);   // of so few pictures rounding moves it
        Assert.All(judged.GetProperty("classes").EnumerateArray(), c => Assert.Equal(1, c.GetProperty("asked").GetInt32()));
    }

    [Fact]
    public async Task Pictures_of_ours_say_their_class_themselves_and_others_say_none()
    {
        using var shell = new Shell { Model = TinyModel.LikeCifar };
        await shell.DrawAsync("generate", "frog", "--count", "2", "--steps", "3");
        File.Delete(shell.Of("out.png"));
        JsonElement judged = (await shell.RunAsync("evaluate", shell.Folder, "--json")).Json.GetProperty("resnet56");
        Assert.Equal(2, judged.GetProperty("classes").EnumerateArray().Single(c
            => c.GetProperty("name").GetString() == "frog").GetProperty("asked").GetInt32());
        Assert.Equal(2, judged.GetProperty("asked").GetInt32());

        Png.Write(shell.Of("grey.png"), new Picture(32, 32, 1));
        Outcome alone = await shell.RunAsync("evaluate", shell.Of("grey.png"));
        Assert.Equal(0, alone.Code);
        Assert.Contains("no picture says which class it shows", alone.Out, StringComparison.Ordinal);
        Assert.Contains("takes two pictures or more", alone.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_model_draws_is_judged_as_its_files_are()
    {
        using var shell = new Shell { Model = TinyModel.LikeCifar };
        await shell.DrawAsync("generate", "horse", "frog", "--count", "3", "--seed", "7", "--steps", "12");
        File.Delete(shell.Of("out.png"));
        JsonElement files = (await shell.RunAsync("evaluate", shell.Folder, "--json")).Json.GetProperty("resnet56");
        JsonElement drawn = (await shell.RunAsync("evaluate", "--model", shell.Folder, "--samples", "6", "--seed", "7",
            "--steps", "12", "--json")).Json;
        Assert.Equal(6, drawn.GetProperty("pictures").GetInt32());
        // Files come in another order than samples, and features are summed in the order in which they come.
        Assert.Equal(files.GetProperty("frechet_distance").GetDouble(),
            drawn.GetProperty("resnet56").GetProperty("frechet_distance").GetDouble(), 1e-4);
        Assert.Equal(files.GetProperty("classes").GetRawText(), drawn.GetProperty("resnet56").GetProperty("classes").GetRawText());
        Assert.Equal(24, drawn.GetProperty("mean_full_evaluations").GetDouble());   // two branches at 12 steps
        Assert.InRange(drawn.GetProperty("mean_evaluations").GetDouble(), 1, 24);
    }

    [Fact]
    public async Task Pairs_are_compared_by_their_names()
    {
        using var shell = new Shell();
        Picture[] pictures = WriteOneOfEachClass(shell.Of("full"));
        Directory.CreateDirectory(shell.Of("adapted/cat"));
        Directory.CreateDirectory(shell.Of("adapted/dog"));
        Png.Write(shell.Of("adapted/cat/3.png"), pictures[3]);
        Png.Write(shell.Of("adapted/dog/5.png"), pictures[4]);
        JsonElement pairs = (await shell.RunAsync("evaluate", shell.Of("adapted"), "--reference", shell.Of("full"),
            "--json")).Json.GetProperty("pairs");

        JsonElement[] each = [.. pairs.GetProperty("pictures").EnumerateArray()];
        Assert.Equal((60, 1, 0), (Number(each[0], "psnr"), Number(each[0], "ssim"), Number(each[0], "squeezenet_distance")));
        Assert.Equal(Psnr.Capped(pictures[4], pictures[5]), Number(each[1], "psnr"), 1e-6);
        Assert.Equal(Ssim.Of(pictures[4], pictures[5]), Number(each[1], "ssim"), 1e-6);
        double distance = PerceptualDistance.SqueezeNet(Shipped).Between(pictures[4], pictures[5]);
        Assert.Equal(distance, Number(each[1], "squeezenet_distance"), 1e-6);
        JsonElement last = pairs.GetProperty("measures").EnumerateArray().Last();
        Assert.Equal(distance / 2, Number(last, "mean"), 1e-6);
        Assert.Equal(distance / 2, Number(last, "median"), 1e-6);
        Assert.Equal(distance, Number(last, "worst"), 1e-6);
    }

    [Fact]
    public async Task Pictures_of_any_size_are_compared_by_the_measures_that_fit_them()
    {
        using var shell = new Shell();
        Png.Write(shell.Of("a.png"), new Picture(12, 20, 1));
        Png.Write(shell.Of("b.png"), new Picture(12, 20, 1));
        Outcome outcome = await shell.RunAsync("evaluate", shell.Of("a.png"), "--reference", shell.Of("b.png"));
        Assert.Equal(0, outcome.Code);
        Approved.Verify("evaluate-small-pair", outcome.Out);
    }

    [Fact]
    public async Task CLIP_compares_pictures_with_their_classes_and_with_their_partners()
    {
        using var shell = new Shell();
        string clip = Path.Combine(Shell.Repository, "tests", "Goldens", "evaluation", "clip");
        foreach (string name in (string[])["frog", "horse", "nothing"])
        {
            Directory.CreateDirectory(shell.Of(name));
            File.Copy(Path.Combine(clip, "a.png"), shell.Of(Path.Combine(name, "a.png")));
        }

        JsonElement json = (await shell.RunAsync("evaluate", shell.Folder, "--clip", clip, "--reference", shell.Folder, "--json")).Json;
        JsonElement wanted = JsonElement.Parse(File.ReadAllBytes(Path.Combine(clip, "cosines.json"))).GetProperty("text_to_image")[0];
        Assert.Equal(2, json.GetProperty("clip").GetProperty("asked").GetInt32());
        Assert.Equal((wanted[0].GetDouble() + wanted[1].GetDouble()) / 2, Number(json.GetProperty("clip"), "cs_t2i"), 1e-5);
        Assert.All(json.GetProperty("pairs").GetProperty("pictures").EnumerateArray(),
            pair => Assert.Equal(1, Number(pair, "cs_i2i"), 1e-6));

        Outcome text = await shell.RunAsync("evaluate", shell.Of("frog"), "--clip", clip);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"CS-t2i {wanted[0].GetDouble():0.0000}: the mean "
            + $"cosine of CLIP's embeddings of 1 picture and \"a photo of a {{class}}\""), text.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CLIP_looks_at_what_a_model_draws()
    {
        using var shell = new Shell { Model = TinyModel.LikeCifar };
        string clip = Path.Combine(Shell.Repository, "tests", "Goldens", "evaluation", "clip");
        JsonElement json = (await shell.RunAsync("evaluate", "--model", shell.Folder, "--samples", "4", "--steps", "3", "--clip", clip,
            "--json")).Json;
        Assert.Equal(4, json.GetProperty("clip").GetProperty("asked").GetInt32());
        Assert.InRange(Number(json.GetProperty("clip"), "cs_t2i"), -1, 1);
    }

    [Fact]
    public async Task FID_is_taken_to_the_pictures_that_are_named()
    {
        using var shell = new Shell();
        Picture[] pictures = WriteOneOfEachClass(shell.Of("all"));
        Write("set", 3, 5);
        Write("other", 3, 3);
        string weights = shell.Of("inception.safetensors");
        WriteInception(weights);

        string kept = shell.Of("kept.safetensors");
        JsonElement other = (await shell.RunAsync("evaluate", shell.Of("set"), "--inception", weights, "--real", shell.Of("other"),
            "--save-real", kept, "--json")).Json.GetProperty("inception");
        Assert.InRange(Number(other, "fid"), 0.1, 100);
        Assert.Equal((2, shell.Of("other")), (other.GetProperty("real_pictures").GetInt32(), other.GetProperty("to").GetString()));
        Outcome again = await shell.RunAsync("evaluate", shell.Of("set"), "--inception", weights, "--real", kept);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"FID {Number(other, "fid"):0.000}, the Fréchet distance in Inception "
            + $"features to 2 pictures of {kept}"), again.Out, StringComparison.Ordinal);

        // Features of one Inception are nothing to another.
        using (Checkpoint written = Checkpoint.Open(kept))
            SafetensorsWriter.Write(shell.Of("foreign.safetensors"), written.Tensors.Select(tensor => tensor.AsSource()));
        Outcome foreign = await shell.RunAsync("evaluate", shell.Of("set"), "--inception", weights, "--real", shell.Of("foreign.safetensors"));
        Assert.Equal((1, ""), (foreign.Code, foreign.Out));
        Assert.Contains("foreign.safetensors: holds what another Inception saw", foreign.Error, StringComparison.Ordinal);

        // FID is of all pictures, so that none may have another size.
        Png.Write(shell.Of("set/large.png"), new Picture(64, 48, 3));
        Outcome large = await shell.RunAsync("evaluate", shell.Of("set"), "--reference", shell.Of("set"), "--inception", weights, "--real", kept);
        Assert.Equal((1, ""), (large.Code, large.Out));
        Assert.Contains("large.png: has 64 x 48 pixels", large.Error, StringComparison.Ordinal);

        void Write(string name, params int[] shown)
        {
            Directory.CreateDirectory(shell.Of(name));
            for (int i = 0; i < shown.Length; i++) Png.Write(shell.Of(Path.Combine(name, $"{i}.png")), pictures[shown[i]]);
        }
    }

    [Fact]
    public async Task What_judges_besides_and_is_not_there_is_told_in_one_line()
    {
        using var shell = new Shell();
        Png.Write(shell.Of("small.png"), new Picture(32, 32, 3));
        string statistics = Path.Combine(Shipped, "feature_statistics.safetensors"), small = shell.Of("small.png");
        foreach ((int code, string said, string[] args) in ((int, string, string[])[])
        [
            (1, "there is no such folder; CLIP is a folder with config.json", ["--clip", shell.Of("nothing")]),
            (1, "merges.txt", ["--clip", shell.Folder]),
            (2, "each takes the other", ["--inception", statistics]),
            (2, "each takes the other", ["--real", small]),
            (2, "in the pictures of --real", ["--save-real", shell.Of("kept.safetensors")]),
            (2, "the folder does not exist", ["--inception", statistics, "--real", small, "--save-real", shell.Of("no/kept.safetensors")]),
            (1, "Conv2d_1a_3x3.conv.weight [32, 3, 3, 3] is missing", ["--inception", statistics, "--real", small]),
        ])
        {
            Outcome outcome = await shell.RunAsync(["evaluate", small, .. args]);
            Assert.Equal((code, ""), (outcome.Code, outcome.Out));
            Assert.Contains(said, outcome.Error, StringComparison.Ordinal);
            Assert.Single(outcome.Error.TrimEnd().Split('\n'));
        }
    }

    [Fact]
    public async Task Samples_that_ran_away_are_counted()
    {
        using var shell = new Shell { Model = TinyModel.RunningAway(TinyModel.LikeCifar) };
        Outcome outcome = await shell.RunAsync("evaluate", "--model", shell.Folder, "--samples", "4", "--steps", "5", "--json");
        Assert.Equal(0, outcome.Code);
        Assert.StartsWith("rubato: warning: 2 of 4 samples ran away", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_objects_of_json_read_as_approved()
    {
        using var shell = new Shell { Model = TinyModel.LikeCifar };
        WriteOneOfEachClass(shell.Of("set"));
        Outcome pairs = await shell.RunAsync("evaluate", shell.Of("set/frog"), "--reference", shell.Of("set/frog"), "--json");
        Assert.Equal((0, ""), (pairs.Code, pairs.Error));
        Approved.Verify("json-evaluate-pictures", Rounded(pairs.Out), shell.Folder);
        Outcome model = await shell.RunAsync("evaluate", "--model", shell.Folder, "--samples", "4", "--steps", "5", "--json");
        Assert.Equal((0, ""), (model.Code, model.Error));
        Approved.Verify("json-evaluate-model", Rounded(model.Out), shell.Folder);
    }

    [Fact]
    public async Task What_cannot_be_judged_is_told_in_one_line()
    {
        using var shell = new Shell();
        Png.Write(shell.Of("large.png"), new Picture(64, 48, 3));
        Png.Write(shell.Of("small.png"), new Picture(32, 32, 3));
        Directory.CreateDirectory(shell.Of("empty"));
        var told = new List<string>();
        foreach ((int code, string[] args) in ((int, string[])[])
        [
            (1, [shell.Of("nothing")]), (1, [shell.Of("large.png")]), (2, [shell.Of("empty")]),
            (1, [shell.Of("large.png"), "--reference", shell.Of("nothing")]),
            (1, [shell.Of("large.png"), "--reference", shell.Of("empty")]),
            (1, [shell.Of("large.png"), "--reference", shell.Of("small.png")]),
            (2, [shell.Of("large.png"), shell.Of("small.png"), "--reference", shell.Of("small.png")]),
            (1, [shell.Of("small.png"), "--reference", shell.Of("small.png"), "--lpips", shell.Of("nothing.safetensors")]),
        ])
        {
            Outcome outcome = await shell.RunAsync(["evaluate", .. args, "--json"]);
            Assert.Equal(code, outcome.Code);
            told.Add(outcome.Error);
        }

        Approved.Verify("error-evaluate", string.Concat(told), shell.Folder);
    }

    [Fact]
    public async Task A_model_that_cannot_be_judged_and_samples_that_cannot_be_spread_are_mistakes()
    {
        using Shell digits = new(), cifar = new() { Model = TinyModel.LikeCifar };
        Outcome size = await digits.RunAsync("evaluate", "--model", digits.Folder);
        Outcome spread = await cifar.RunAsync("evaluate", "--model", cifar.Folder, "--samples", "7");
        Outcome many = await cifar.RunAsync("evaluate", "--model", cifar.Folder, "--samples", "100000");
        Assert.Equal((2, 2, 2), (size.Code, spread.Code, many.Code));
        Approved.Verify("error-evaluate-model", size.Error + spread.Error + many.Error);
    }

    [Fact]
    public async Task An_interrupted_run_says_so()
    {
        using var shell = new Shell { Model = TinyModel.LikeCifar };
        using var cancel = new CancellationTokenSource();
        cancel.Cancel();
        Outcome outcome = await shell.RunAsync(["evaluate", "--model", shell.Folder, "--samples", "4"], cancel.Token);
        Assert.Equal((ExitCode.Interrupted, ""), (outcome.Code, outcome.Out));
    }

    [Fact]
    public async Task Progress_goes_to_the_log_and_the_tables_to_the_output()
    {
        using var shell = new Shell { Model = TinyModel.LikeCifar };
        Outcome outcome = await shell.RunAsync("evaluate", "--model", shell.Folder, "--samples", "4", "--steps", "5");
        Assert.StartsWith("rubato: drawing 4 samples\n", outcome.Error, StringComparison.Ordinal);
        Assert.StartsWith("4 samples of tiny, seed 1, 5 steps, ddim, guidance 2\n", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("Fréchet distance in ResNet-56 features", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("(its first 1 017 test pictures: 0.189); of so few pictures it says little", outcome.Out, StringComparison.Ordinal);
    }

    private static double Number(JsonElement json, string name) => json.GetProperty(name).GetDouble();

    /// <summary>Digits that the kernels' rounding moves are left to other tests.</summary>
    private static string Rounded(string json) => Regex.Replace(json, "(?<=(frechet_distance|squeezenet_distance)\":[0-9]+)[.][0-9]+",
        "", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5));

    /// <summary>An Inception of weights -1, 0 and 1, which norms bring back to a scale.</summary>
    private static void WriteInception(string path)
    {
        var random = new Random(5);
        var tensors = new List<TensorSource>();
        foreach (string line in File.ReadLines(Path.Combine(Shell.Repository, "tests", "Goldens", "evaluation", "inception.tsv")))
        {
            string[] parts = line.Split('\t');
            long[] shape = [.. parts.Skip(1).Select(part => long.Parse(part, CultureInfo.InvariantCulture))];
            long inputs = shape[1] * shape[2] * shape[3];
            byte[] values = random.GetItems<byte>([0, 1, 255], (int)(shape[0] * inputs));
            tensors.Add(new TensorSource($"{parts[0]}.conv.weight", SafetensorsDType.I8, shape, values));
            foreach ((string name, float value) in ((string, float)[])
                [("weight", 1), ("bias", 0), ("running_mean", 0), ("running_var", inputs / 3f)])
            {
                float[] all = new float[shape[0]];
                Array.Fill(all, value);
                tensors.Add(new TensorSource($"{parts[0]}.bn.{name}", SafetensorsDType.F32, [shape[0]],
                    MemoryMarshal.AsBytes(all.AsSpan()).ToArray()));
            }
        }

        SafetensorsWriter.Write(path, tensors);
    }

    /// <summary>The first test picture of each class of CIFAR-10, as FOLDER/CLASS/NUMBER.png.</summary>
    private static Picture[] WriteOneOfEachClass(string folder)
    {
        using var golden = Checkpoint.Open(Path.Combine(Shell.Repository, "tests", "Goldens", "evaluation", "resnet56.safetensors"));
        const int Plane = 32 * 32;
        byte[] planes = new byte[10 * 3 * Plane];
        golden["pixels"].Read(planes);
        var pictures = new Picture[10];
        for (int c = 0; c < pictures.Length; c++)
        {
            pictures[c] = new Picture(32, 32, 3);
            for (int i = 0; i < 3 * Plane; i++) pictures[c].Pixels[i] = planes[c * 3 * Plane + i % 3 * Plane + i / 3];
            string home = Path.Combine(folder, ResNet56.Classes[c]);
            Directory.CreateDirectory(home);
            Png.Write(Path.Combine(home, $"{c}.png"), pictures[c]);
        }

        return pictures;
    }
}
