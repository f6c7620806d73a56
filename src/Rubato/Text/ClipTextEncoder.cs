using Rubato.Networks;
using Rubato.Tensors;

namespace Rubato.Text;

/// <summary>CLIP's half that reads, with its tokenizer: from texts to vectors.</summary>
/// <remarks>Immutable once built; may be asked on several threads.</remarks>
/// <param name="tokenizer">Splits texts; all of its tokens have a row in the network.</param>
/// <param name="network">Reads tokens.</param>
internal sealed class ClipTextEncoder(ClipTokenizer tokenizer, ClipTextModel network)
{
    private const int Batch = 32;   // bounds the memory of a call

    /// <summary>Splits texts.</summary>
    public ClipTokenizer Tokenizer => tokenizer;

    /// <summary>Reads tokens.</summary>
    public ClipTextModel Network => network;

    /// <summary>Numbers of an embedding.</summary>
    public int Width => network.Projects ? network.Options.ProjectionDim : network.Options.Encoder.HiddenSize;

    private int MostTokens => Math.Max(0, network.Options.MaxPositionEmbeddings - 2);

    /// <summary>Embeds texts; each is cut off where the network has no more positions.</summary>
    /// <returns>[N, D]: what can be compared with pictures; the token that ends each text where the network has no projection.</returns>
    public Tensor Embed(IReadOnlyList<string> texts) => Embed([.. texts.Select(text => tokenizer.Encode(text, MostTokens))]);

    /// <summary>Embeds texts that are split already.</summary>
    /// <param name="texts">Their tokens, without those of start and end.</param>
    /// <inheritdoc cref="Embed(IReadOnlyList{string})" path="/returns"/>
    public Tensor Embed(IReadOnlyList<int[]> texts)
    {
        int[][] tokens = [.. texts.Select(text => (int[])[tokenizer.Start, .. text.Take(MostTokens), tokenizer.End])];
        var embeddings = new List<Tensor>();
        foreach (int[][] batch in tokens.Chunk(Batch))
        {
            // A token sees those before it alone, so that what stands behind the end does not matter.
            int longest = batch.Max(text => text.Length);
            using Scope scope = Scope.Begin();
            ClipTextOutput output = network.Evaluate(
                [.. batch.Select(text => (int[])[.. text, .. Enumerable.Repeat(tokenizer.End, longest - text.Length)])]);
            embeddings.Add(scope.Keep(output.Embedding ?? output.Pooled));
        }

        return Concatenation.Concat(0, [.. embeddings]);
    }
}
