using Rubato.Checkpoints;
using Rubato.Networks;
using Rubato.Pipelines;
using Rubato.Tensors;

namespace Rubato.Goldens;

/// <summary>Cases of class UNet2DModel: one evaluation, with the results of its modules.</summary>
internal static class UNet2D
{
    public static IEnumerable<(string Name, Tensor Value)> Run(ModelCase model)
    {
        var network = (UNet2DModel)Architectures.ByClass["UNet2DModel"](model.Config, new Weights(new CheckpointWeights(model.Weights), model.Precision));
        Tensor x = model.Input("sample");
        float[] steps = model.Input("timestep").ToArray();
        float[] times = [.. Enumerable.Range(0, x.Shape[0]).Select(i => steps[i % steps.Length])];   // one step may be for all
        var results = new List<(string, Tensor)>();

        Tensor output = network.Evaluate(x, times, Conditions(model.Find("class_labels"), x.Shape[0]), (module, y) =>
        {
            Tensor seen = y.Shape.Rank == 4 ? y.ToChannelsFirst() : y;
            results.Add(($"trace.{module}", seen.CopyTo(TensorMemory.Managed(seen.ByteCount))));   // y ends with the evaluation
        });
        results.Add(("out.output", output));
        return results;
    }

    private static Condition?[] Conditions(Tensor? labels, int count)
    {
        if (labels is null) return new Condition?[count];
        float[] values = labels.ToArray();
        int width = values.Length / count;
        return labels.Shape.Rank == 1
            ? [.. values.Select(label => new ClassLabel((int)label))]
            : [.. Enumerable.Range(0, count).Select(i => new ClassVector(values.AsMemory(i * width, width)))];
    }
}
