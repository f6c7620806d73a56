using Rubato.Checkpoints;
using Rubato.Files;
using Rubato.Networks;
using Rubato.Tensors;
using Rubato.Text;

namespace Rubato.Pipelines;

/// <summary>
/// A folder with CLIP, as the transformers library writes it: a CLIPModel (one <c>config.json</c>, the tensors of both
/// halves) with <c>merges.txt</c> beside it; or the parts that pipelines have, <c>text_encoder</c>, <c>image_encoder</c> and
/// <c>tokenizer</c>.
/// </summary>
internal static class ClipFolder
{
    private const string ConfigFile = "config.json", MergesFile = "merges.txt", WeightsFile = "model.safetensors";
    private const string TextPart = "text_encoder", TokenizerPart = "tokenizer";

    private static readonly string[] VisionTensors = ["vision_model.", "visual_projection."];

    /// <summary>Loads the half that reads.</summary>
    /// <exception cref="CheckpointException">A file breaks a rule, or the configuration describes no network.</exception>
    /// <exception cref="WeightsException">The tensors are not those of the network that the configuration describes.</exception>
    /// <exception cref="IOException">A file does not exist or cannot be read.</exception>
    public static ClipTextEncoder LoadText(string folder)
    {
        RequireFolder(folder);
        var tokenizer = ClipTokenizer.Load(TokenizerOf(folder));
        return Load(folder, TextPart, "text_config", VisionTensors, (config, weights, projection) =>
        {
            ClipTextOptions options = ClipConfig.ReadText(config) with { ProjectionDim = projection };
            if (options.VocabSize < tokenizer.Count)
                throw config.Wrong("vocab_size", $"is {options.VocabSize}", $"the tokenizer makes {tokenizer.Count} tokens");
            if (options.EosTokenId != ClipTextOptions.LegacyEos && options.EosTokenId != tokenizer.End)
                throw config.Wrong("eos_token_id", $"is {options.EosTokenId}", $"the tokenizer ends texts with {tokenizer.End}");
            return new ClipTextEncoder(tokenizer, new ClipTextModel(weights, options));
        });
    }

    /// <summary>Copies the half that reads into a folder of its own, with the tokenizer; files that are there are replaced.</summary>
    /// <inheritdoc cref="LoadText" path="/exception"/>
    public static void CopyText(string folder, string to)
    {
        string home = HomeOf(folder, TextPart), tokenizer = TokenizerOf(folder);
        Directory.CreateDirectory(to);
        foreach (string file in new[] { Path.Combine(home, ConfigFile), Path.Combine(tokenizer, MergesFile) })
        {
            using FileStream from = File.OpenRead(file);
            AtomicFile.Write(Path.Combine(to, Path.GetFileName(file)), from.CopyTo);
        }

        using Checkpoint checkpoint = Checkpoint.Open(home);
        SafetensorsWriter.Write(Path.Combine(to, WeightsFile), checkpoint.Tensors
            .Where(tensor => !BeginsWithOneOf(tensor.Name, VisionTensors))
            .Select(tensor => tensor.AsSource()));
    }

    /// <summary>Loads the half that looks.</summary>
    /// <inheritdoc cref="LoadText" path="/exception"/>
    public static ClipVisionModel LoadVision(string folder)
    {
        RequireFolder(folder);
        return Load(folder, "image_encoder", "vision_config", ["text_model.", "text_projection."], (config, weights, projection)
            => new ClipVisionModel(weights, ClipConfig.ReadVision(config) with { ProjectionDim = projection }));
    }

    /// <param name="folder">The folder.</param>
    /// <param name="part">The part's folder, where the folder is no model itself.</param>
    /// <param name="section">The part's object in the configuration, where the folder is a model of both halves.</param>
    /// <param name="others">How the names of the other half's tensors begin.</param>
    /// <param name="build">From the configuration, the root of the weights and the length of an embedding.</param>
    private static T Load<T>(
        string folder, string part, string section, string[] others, Func<ModelConfig, Weights, int, T> build)
    {
        string home = HomeOf(folder, part);
        string path = Path.Combine(home, ConfigFile);
        ModelFolder.RequireInside(folder, path, path);
        ModelConfig config = ModelConfig.Read(path);
        using Checkpoint checkpoint = Checkpoint.Open(home);
        var source = new CheckpointWeights(checkpoint);
        var weights = new Weights(source);
        weights.Ignore("logit_scale");
        foreach (string name in source.Names.Where(name => BeginsWithOneOf(name, others)))
            weights.Ignore(name);
        try
        {
            // The length of embeddings is the whole model's, whatever the halves say.
            T built = build(config.ReadObject(section) ?? config, weights, config.ReadInt32("projection_dim", 1, 1 << 14, 512));
            weights.Verify();
            return built;
        }
        catch (ArgumentException e)   // numbers that do not divide each other, found where they meet
        {
            throw new CheckpointException(path, "describes no network", e.Message, e);
        }
    }

    private static bool BeginsWithOneOf(string name, string[] beginnings)
        => beginnings.Any(beginning => name.StartsWith(beginning, StringComparison.Ordinal));

    /// <summary>Where a half's files are: in the folder of a whole CLIP, or in that of a part.</summary>
    private static string HomeOf(string folder, string part)
        => File.Exists(Path.Combine(folder, ConfigFile)) ? folder : Path.Combine(folder, part);

    private static string TokenizerOf(string folder)
    {
        string part = Path.Combine(folder, TokenizerPart);
        return Directory.Exists(part) && !File.Exists(Path.Combine(folder, MergesFile)) ? part : folder;
    }

    private static void RequireFolder(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"{Printable.Escape(folder)}: there is no such folder; CLIP is a folder with "
                + $"{ConfigFile}, model.safetensors and {MergesFile}.");
        }
    }
}
