namespace Rubato.Text;

/// <summary>Names in the folder of what reads prompts.</summary>
internal static class PromptFiles
{
    /// <summary>The configuration, and its keys.</summary>
    public const string Config = "config.json", Classes = "classes", Tokens = "tokens", Width = "width";

    /// <summary>The key of the network's class.</summary>
    public const string Network = "_class_name";

    /// <summary>The folder of the CLIP that reads for the network, where one does.</summary>
    public const string Clip = "clip";

    /// <summary>The weights.</summary>
    public const string Weights = "model.safetensors";

    /// <summary>What training reads: nouns by class, and wordings around them.</summary>
    public const string Lexicon = "lexicon.txt", Templates = "templates.txt";
}
