using System.Text.Json;
using Rubato.Checkpoints;
using Rubato.Tensors.Kernels;

namespace Rubato.Cli.Tests;

public sealed class InfoTests
{
    [Fact]
    public async Task A_checkpoint_is_told_as_approved()
    {
        using var shell = new Shell();
        WriteCheckpoint(shell.Of("model.safetensors"));
        Approved.Verify("info-checkpoint", (await shell.RunAsync("info", shell.Of("model.safetensors"))).Out,
            shell.Folder);
        Approved.Verify("json-info-checkpoint", (await shell.RunAsync("info", shell.Of("model.safetensors"),
            "--json")).Out, shell.Folder);
    }

    [Fact]
    public async Task A_model_s_folder_is_told_with_its_problems()
    {
        using var shell = new Shell();
        Directory.CreateDirectory(shell.Of("unet"));
        WriteCheckpoint(shell.Of("unet/model.safetensors"));
        File.WriteAllText(shell.Of("unet/config.json"), """{"_class_name": "Net\u001b[1m"}""");
        File.WriteAllText(shell.Of("model_index.json"), """{"_class_name": ["no text"]}""");
        Outcome outcome = await shell.RunAsync("info", shell.Folder);
        Assert.Equal(0, outcome.Code);
        Approved.Verify("info-folder", outcome.Out, shell.Folder);
        Approved.Verify("json-info-folder", (await shell.RunAsync("info", shell.Folder, "--json")).Out, shell.Folder);
    }

    [Fact]
    public async Task A_model_of_classes_names_them()
    {
        using var shell = new Shell { Model = TinyModel.WithClasses };
        File.WriteAllText(shell.Of("model_index.json"), """{"_class_name": "DiTPipeline"}""");
        Assert.Contains("classes       calm, storm\n", (await shell.RunAsync("info", shell.Folder)).Out, StringComparison.Ordinal);
        Assert.Equal(["calm", "storm"], (await shell.RunAsync("info", shell.Folder, "--json")).Json.GetProperty("classes")
            .EnumerateArray().Select(name => name.GetString()));
    }

    [Fact]
    public async Task A_configuration_is_told_key_by_key()
    {
        using var shell = new Shell();
        File.WriteAllText(shell.Of("config.json"), """{"_class_name": "UNet2DModel", "block_out_channels": [32, 64], "sigma": -Infinity, "bad\u202e": null}""");
        Approved.Verify("info-config", (await shell.RunAsync("info", shell.Of("config.json"))).Out, shell.Folder);
        Approved.Verify("json-info-config", (await shell.RunAsync("info", shell.Of("config.json"), "--json")).Out,
            shell.Folder);
    }

    [Fact]
    public async Task A_picture_tells_how_it_was_made()
    {
        using var shell = new Shell();
        await shell.DrawAsync("generate", "--count", "1", "--steps", "4");
        Outcome outcome = await shell.RunAsync("info", shell.Of("out.png"));
        Approved.Verify("info-picture", outcome.Out.Replace(KernelSet.Current.Name, "KERNELS",
            StringComparison.Ordinal), shell.Folder);
        JsonElement json = (await shell.RunAsync("info", shell.Of("out.png"), "--json")).Json;
        Assert.True(json.GetProperty("can_be_drawn_again").GetBoolean());
        Assert.Equal(2, json.GetProperty("texts").GetArrayLength());
    }

    [Fact]
    public async Task Texts_of_a_picture_cannot_move_the_cursor()
    {
        using var shell = new Shell();
        Imaging.Png.Write(shell.Of("evil.png"), new Imaging.Picture(1, 1, 1)
        {
            Texts = [new("Comment", "[red]\u001b]0;title\u0007\u202eline[/]\nsecond \u009b2J line"),
                new("rubato", """{"schema": 7}""")],
        });
        Outcome outcome = await shell.RunAsync("info", shell.Of("evil.png"));
        Assert.Equal(0, outcome.Code);
        Assert.DoesNotContain(outcome.Out, c => c != '\n' && char.IsControl(c));
        Approved.Verify("info-evil-picture", outcome.Out, shell.Folder);
    }

    [Fact]
    public async Task The_machine_names_its_kernels()
    {
        using var shell = new Shell();
        Outcome people = await shell.RunAsync("info");
        JsonElement json = (await shell.RunAsync("info", "--json")).Json;
        Assert.Contains($"* {KernelSet.Current.Name} ", people.Out, StringComparison.Ordinal);
        Assert.Equal(KernelSet.All.Select(set => set.Name),
            json.GetProperty("kernels").GetProperty("sets").EnumerateArray().Select(set
                => set.GetProperty("name").GetString()));
        Assert.Equal(Environment.ProcessorCount, json.GetProperty("cores").GetInt32());
    }

    private static void WriteCheckpoint(string path) => SafetensorsWriter.Write(path,
    [
        new TensorSource("conv.weight", SafetensorsDType.F32, [4, 3, 3, 3], new byte[4 * 27 * 4]),
        new TensorSource("conv.bias\u001b[31m", SafetensorsDType.F32, [4], new byte[16]),
        new TensorSource("table", SafetensorsDType.BF16, [1000], new byte[2000]),
    ], new Dictionary<string, string> { ["format"] = "pt", ["note"] = "two\nlines" });
}
