using Rubato.Checkpoints;
using Rubato.Imaging;
using Rubato.Networks;
using Rubato.Pipelines;
using Rubato.Tensors;
using Rubato.Text;

namespace Rubato.Evaluation;

/// <summary>
/// How well pictures agree with texts and with other pictures in the eyes of CLIP: the cosine of their embeddings. Hessel et
/// al. 2021, "CLIPScore" (arXiv:2104.08718), without its factor and its limit at 0.
/// </summary>
internal sealed class ClipScore
{
    private const int Batch = 16;   // bounds the memory of a call

    // What CLIP's training took from and divided by, in red, green, blue from 0 to 1.
    private static readonly double[] Mean = [0.48145466, 0.4578275, 0.40821073], Deviation = [0.26862954, 0.26130258, 0.27577711];

    private readonly string _folder;
    private readonly ClipTextEncoder _text;
    private readonly ClipVisionModel _vision;
    private readonly Dictionary<string, float[]> _texts = new(StringComparer.Ordinal);

    private ClipScore(string folder, ClipTextEncoder text, ClipVisionModel vision) => (_folder, _text, _vision) = (folder, text, vision);

    /// <summary>Loads both halves of CLIP.</summary>
    /// <param name="folder">As <see cref="ClipFolder"/> reads it.</param>
    /// <exception cref="CheckpointException">A file is damaged, or the halves cannot be compared.</exception>
    /// <exception cref="WeightsException">The tensors are not those of the networks.</exception>
    /// <exception cref="IOException">A file does not exist or cannot be read.</exception>
    public static ClipScore Load(string folder)
    {
        (ClipTextEncoder text, ClipVisionModel vision) = (ClipFolder.LoadText(folder), ClipFolder.LoadVision(folder));
        if (!text.Network.Projects)
            throw new CheckpointException(folder, "has no text_projection.weight", "only projected texts can be compared with pictures");
        if (text.Network.Options.ProjectionDim != vision.Options.ProjectionDim)
        {
            throw new CheckpointException(folder, $"embeds texts in {text.Network.Options.ProjectionDim} numbers and pictures in "
                + $"{vision.Options.ProjectionDim}", "both halves must be of one CLIP");
        }

        return new ClipScore(folder, text, vision);
    }

    /// <summary>CS-t2i: the cosines of pictures and texts.</summary>
    /// <param name="pictures">Of any sizes.</param>
    /// <param name="texts">One for each.</param>
    /// <returns>-1 to 1 for each.</returns>
    /// <exception cref="CheckpointException">The weights give what is no number.</exception>
    public double[] TextToImage(IReadOnlyList<Picture> pictures, IReadOnlyList<string> texts)
    {
        foreach (string text in texts.Distinct(StringComparer.Ordinal).Where(text => !_texts.ContainsKey(text)))
            _texts.Add(text, Units(_text.Embed([text]))[0]);
        return [.. Look(pictures).Zip(texts, (picture, text) => Dot(picture, _texts[text]))];
    }

    /// <summary>CS-i2i: the cosine of two pictures.</summary>
    /// <returns>-1 to 1; 1 for equal pictures.</returns>
    /// <exception cref="CheckpointException">The weights give what is no number.</exception>
    public double ImageToImage(Picture a, Picture b)
    {
        float[][] both = Look([a, b]);
        return Dot(both[0], both[1]);
    }

    /// <summary>Embeddings of length 1.</summary>
    private float[][] Look(IReadOnlyList<Picture> pictures)
    {
        var embeddings = new List<float[]>();
        foreach (Picture[] batch in pictures.Chunk(Batch))
        {
            using Scope scope = Scope.Begin();
            Tensor x = PictureTensor.Of([.. batch.Select(picture => CentreSquare.Of(picture, _vision.Options.ImageSize))],
                (level, colour) => (float)((level / (double)byte.MaxValue - Mean[colour]) / Deviation[colour]));
            embeddings.AddRange(Units(_vision.Evaluate(x).Embedding));
        }

        return [.. embeddings];
    }

    private float[][] Units(Tensor embeddings)
    {
        float[][] rows = [.. embeddings.ToArray().Chunk(embeddings.Shape[1])];
        foreach (float[] row in rows)
        {
            double length = Math.Sqrt(Dot(row, row));
            if (!double.IsFinite(1 / length))
                throw new CheckpointException(_folder, "gives an embedding without a direction", "its weights are damaged");
            for (int i = 0; i < row.Length; i++) row[i] = (float)(row[i] / length);
        }

        return rows;
    }

    private static double Dot(float[] a, float[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += (double)a[i] * b[i];
        return sum;
    }
}
